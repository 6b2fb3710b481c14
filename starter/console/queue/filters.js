// The lists as tabs, and the filters of the one that is shown; what is chosen goes into the address.
export default {
  props: {
    id: String,
    tabs: Array,
    tab: String,
    fields: Array,
    values: Object,
    size: String,
    people: Array,
    says: Object,
    own: String,
    canSave: Boolean,
  },
  emits: ["people", "save", "rename", "delete"],
  template: `
    <div :id="id" class="queue-head">
      <div class="queue-tabs">
        <nav :aria-label="says.tabs"><a v-for="(each, index) in tabs" :key="each.href" :href="each.href" :aria-current="each.current ? 'page' : undefined"
          :data-key="index < 9 ? String(index + 1) : undefined" :data-says="each.label" :class="{ own: each.saved }" @click="(event) => follow(event, each.href)">
          <q-icon v-if="each.icon" :name="each.icon" size="18px" aria-hidden="true" /><span dir="auto">{{ each.label }}</span></a></nav>
        <q-btn v-if="own" flat dense round size="sm" icon="edit" :aria-label="says.rename" :title="says.rename" @click="$emit('rename', own)" />
        <q-btn v-if="own" flat dense round size="sm" icon="delete" :aria-label="says.delete" :title="says.delete" @click="$emit('delete', own)" />
        <q-btn v-if="canSave" flat dense no-caps size="13px" icon="bookmark_add" :label="says.save" data-save @click="$emit('save')" />
      </div>
      <form class="queue-filters" role="search" :aria-label="says.name" @submit.prevent="apply">
        <label v-for="field in shownFields" :key="field.name" :class="['is-' + field.kind, { set: entered[field.name] }]">
          <span>{{ field.label }}</span>
          <select v-if="field.kind === 'choice'" v-model="entered[field.name]" :name="field.name" :data-key="field.key || undefined" :data-says="says.name" @change="apply">
            <option value="">{{ says.any }}</option>
            <option v-for="[value, label] in field.options" :key="value" :value="value">{{ label }}</option>
          </select>
          <input v-else v-model="entered[field.name]" :name="field.name" :type="field.kind === 'words' ? 'search' : 'text'" autocomplete="off" spellcheck="false"
            :list="field.kind === 'person' ? id + '-people' : undefined" :maxlength="field.most"
            @focus="field.kind === 'person' && !people.length && $emit('people')" @change="apply" />
        </label>
        <datalist :id="id + '-people'"><option v-for="[value, label] in people" :key="value" :value="value">{{ label }}</option></datalist>
        <div class="queue-filter-buttons">
          <q-btn flat dense no-caps size="13px" :icon="isWide ? 'expand_less' : 'tune'" :label="isWide ? says.fewer : says.more" :aria-expanded="isWide"
            data-more @click="isWide = !isWide" />
          <q-btn v-if="isFiltered" flat dense no-caps size="13px" icon="filter_alt_off" :label="says.clear" data-clear-filters @click="clear" />
          <button type="submit" class="queue-hidden" tabindex="-1" aria-hidden="true"></button>
        </div>
      </form>
    </div>`,
  data() {
    return { entered: { ...this.values }, isWide: false };
  },
  computed: {
    shownFields() {
      return this.fields.filter((field) => this.isWide || !field.rare || this.values[field.name]);
    },
    isFiltered() {
      return Object.values(this.values).some(Boolean);
    },
  },
  watch: {
    values(now) {
      this.entered = { ...now };
    },
  },
  methods: {
    apply() {
      const found = new URLSearchParams();
      for (const { name } of this.fields) {
        const value = (this.entered[name] ?? "").trim();
        if (value) found.set(name, value);
      }
      const same = this.fields.every(({ name }) => (found.get(name) ?? "") === (this.values[name] ?? ""));
      if (!same) this.go(found);
    },
    clear() {
      this.go(new URLSearchParams());
    },
    go(query) {
      query.set("tab", this.tab);
      if (this.size) query.set("rows", this.size);
      this.ask("?" + query);
    },
    follow(event, href) {
      if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.ask(href);
      window.scrollTo(0, 0);
    },
    ask(href) {
      document.dispatchEvent(new CustomEvent("queue-go", { detail: href }));
    },
  },
};
