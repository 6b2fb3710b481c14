// A few large numbers side by side, each with what it is, a remark, and perhaps where it leads.
export default {
  props: { items: { type: Array, default: () => [] }, label: String },
  template: `
    <ul class="tiles" :aria-label="label">
      <li v-for="item in items" :key="item.name" class="tile" :class="item.tone" :data-tile="item.name">
        <component :is="item.link ? 'a' : 'div'" :href="item.link || undefined">
          <span class="tile-name"><q-icon :name="item.icon" aria-hidden="true" />{{ item.label }}</span>
          <span class="tile-value">{{ item.value }}</span>
          <span class="tile-note">{{ item.note }}</span>
        </component>
      </li>
    </ul>`,
};
