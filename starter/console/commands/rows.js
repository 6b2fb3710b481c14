// Any number of rows with the same columns; its value is a list of what was entered, as text, by the names of columns.
export default {
  inheritAttrs: false,
  props: {
    id: String,
    modelValue: { type: Array, default: () => [] },
    columns: { type: Array, default: () => [] },
    most: Number,
    label: String,
    hint: String,
    fault: String,
    faults: { type: Object, default: () => ({}) },
    add: String,
    remove: String,
    nothing: String,
  },
  emits: ["update:model-value"],
  template: `
    <div :id="id" class="command-rows" role="group" :aria-labelledby="id + '-label'" :aria-describedby="id + '-hint'">
      <div :id="id + '-label'" class="command-choice-label">{{ label }}</div>
      <div v-for="(row, index) in rows" :key="index" class="command-row" ref="rows">
        <template v-for="column in columns" :key="column.name">
          <q-select v-if="column.options" outlined dense emit-value map-options :style="{ flex: column.width }"
            :use-input="isLong(column)" :hide-selected="isLong(column)" :fill-input="isLong(column)" input-debounce="0"
            hide-bottom-space no-error-icon
            :label="column.label" :options="fitting(column)" :model-value="row[column.name]"
            :error="!!faultOf(index, column)" @filter="(typed, update) => update(() => (needle = typed))"
            @update:model-value="(value) => put(index, column.name, value)">
            <template #option="scope">
              <q-item v-bind="scope.itemProps" dense :class="{ 'command-choice-group': scope.opt.group }">
                <q-item-section>
                  <q-item-label>{{ scope.opt.label }}</q-item-label>
                  <q-item-label v-if="scope.opt.caption" caption>{{ scope.opt.caption }}</q-item-label>
                </q-item-section>
              </q-item>
            </template>
            <template #no-option><q-item dense><q-item-section class="quiet">{{ nothing }}</q-item-section></q-item></template>
          </q-select>
          <q-input v-else outlined dense hide-bottom-space no-error-icon :style="{ flex: column.width }" :label="column.label"
            :type="column.type ?? 'text'" :stack-label="column.type === 'datetime-local'" :inputmode="column.inputmode"
            :model-value="row[column.name]" :error="!!faultOf(index, column)" @update:model-value="(value) => put(index, column.name, value)" />
        </template>
        <q-btn flat round dense icon="close" :aria-label="remove.replace('{number}', index + 1)" @click="drop(index)" />
        <div v-if="saidOf(index)" class="command-choice-hint faulty command-row-fault" role="alert">{{ saidOf(index) }}</div>
      </div>
      <q-btn v-if="rows.length < most" ref="more" outline dense no-caps icon="add" :label="add" @click="another" />
      <div :id="id + '-hint'" class="command-choice-hint" :class="{ faulty: fault }" :role="fault ? 'alert' : undefined">{{ fault || hint }}</div>
    </div>`,
  data() {
    return { rows: this.modelValue ?? [], needle: "" };
  },
  watch: {
    modelValue(value) {
      this.rows = value ?? [];
    },
  },
  methods: {
    fitting(column) {
      const needle = this.needle.toLocaleLowerCase();
      if (!needle) return column.options;
      const words = (option) => `${option.label} ${option.caption ?? ""} ${option.value}`.toLocaleLowerCase();
      return column.options.filter((option) => words(option).includes(needle));
    },
    faultOf(index, column) {
      return this.faults[`${index}.${column.name}`];
    },
    saidOf(index) {
      const column = this.columns.find((each) => this.faultOf(index, each));
      return column ? `${column.label}: ${this.faultOf(index, column)}` : this.faults[`${index}`];
    },
    isLong(column) {
      return column.options.length > 9;
    },
    say(rows) {
      this.rows = rows;
      this.$emit("update:model-value", rows);
    },
    put(index, name, value) {
      this.say(this.rows.map((row, at) => (at === index ? { ...row, [name]: value } : row)));
    },
    another() {
      // What is the same in all rows, such as the currency, need not be typed again.
      const last = this.rows.at(-1) ?? {};
      const kept = this.columns.filter((column) => column.again && last[column.name]);
      this.say([...this.rows, Object.fromEntries(kept.map((column) => [column.name, last[column.name]]))]);
      this.$nextTick(() => this.$refs.rows.at(-1).querySelector("input")?.focus());
    },
    drop(index) {
      this.say(this.rows.filter((_, at) => at !== index));
      this.$nextTick(() => this.$refs.more.$el.focus());
    },
  },
};
