// A table whose cells are words, links, words with an icon, or buttons that tell the server which row they are of.
export default {
  props: { columns: Array, rows: Array, caption: String, nothing: String, hidden: Boolean },
  emits: ["act"],
  template: `
    <div class="grid-holder" role="region" tabindex="0" :aria-label="caption">
      <p v-if="!rows.length" class="grid-nothing quiet">{{ nothing }}</p>
      <table v-else class="grid">
        <caption class="grid-hidden">{{ caption }}</caption>
        <thead><tr><th v-for="column in columns" :key="column.name" scope="col" :class="column.look">
          <span :class="{ 'grid-hidden': column.hidden }">{{ column.label }}</span></th></tr></thead>
        <tbody>
          <tr v-for="(row, at) in rows" :key="row.key ?? at" :data-row="row.key" :class="row.look">
            <td v-for="column in columns" :key="column.name" :class="column.look">
              <template v-for="(part, place) in parts(row[column.name])" :key="place">
                <a v-if="part.href" :href="part.href" :class="look(part)" dir="auto">{{ part.text }}</a>
                <q-btn v-else-if="part.act" flat dense no-caps align="left" :icon="part.icon" :label="part.text"
                  :aria-label="part.label ?? part.text" :data-act="part.act" @click="$emit('act', { act: part.act, key: row.key })" />
                <span v-else :class="look(part)" dir="auto" :title="part.title"><q-icon v-if="part.icon" :name="part.icon" size="16px" aria-hidden="true" />{{ part.text }}</span>
              </template>
            </td>
          </tr>
        </tbody>
      </table>
    </div>`,
  methods: {
    parts(cell) {
      if (cell == null || cell === "") return [];
      return (Array.isArray(cell) ? cell : [cell]).map((part) => (typeof part === "string" ? { text: part } : part));
    },
    look(part) {
      return ["part", part.tone, { mono: part.mono, theirs: part.theirs, below: part.below, line: part.line, withicon: part.icon }];
    },
  },
};
