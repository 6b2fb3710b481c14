// One or several of some options: a list that can be searched, or where there are few of them, all of them at once.
export default {
  inheritAttrs: false,
  props: {
    id: String,
    modelValue: {},
    options: { type: Array, default: () => [] },
    kind: { type: String, default: "list" },
    multiple: Boolean,
    clearable: Boolean,
    label: String,
    hint: String,
    fault: String,
    nothing: String,
    written: Boolean,
    first: Boolean,
  },
  emits: ["update:model-value"],
  template: `
    <q-select v-if="kind === 'list'" :id="id" :for="id + '-input'" v-bind="$attrs" outlined dense emit-value map-options
      use-input input-debounce="0" :hide-selected="!multiple" :fill-input="!multiple" :use-chips="multiple"
      :autofocus="first" :multiple="multiple" :clearable="clearable" :label="label" :hint="hint" :error="!!fault" :error-message="fault"
      :model-value="value" :options="found" :new-value-mode="written ? 'add-unique' : undefined"
      @filter="filter" @update:model-value="choose">
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
    <div v-else :id="id" :data-autofocus="first || undefined" class="command-choice-all" :class="{ faulty: fault }" :role="multiple ? 'group' : 'radiogroup'"
      :aria-labelledby="id + '-label'" :aria-describedby="id + '-hint'" :aria-invalid="multiple ? undefined : !!fault"
      @keyup.enter.capture.stop>
      <div :id="id + '-label'" class="command-choice-label">{{ label }}</div>
      <div v-for="option in options" :key="String(option.value)" class="command-choice-one">
        <q-checkbox v-if="multiple" dense :model-value="value ?? []" :val="option.value" :aria-label="spoken(option)"
          @update:model-value="choose">
          <span>{{ option.label }}</span><span v-if="option.caption" class="quiet command-choice-caption">{{ option.caption }}</span>
        </q-checkbox>
        <q-radio v-else dense :model-value="value" :val="option.value" :aria-label="spoken(option)"
          @update:model-value="choose">
          <span>{{ option.label }}</span><span v-if="option.caption" class="quiet command-choice-caption">{{ option.caption }}</span>
        </q-radio>
      </div>
      <div :id="id + '-hint'" class="command-choice-hint" :role="fault ? 'alert' : undefined">{{ fault || hint }}</div>
    </div>`,
  data() {
    return { value: this.modelValue, needle: "" };
  },
  watch: {
    modelValue(value) {
      this.value = value;
    },
  },
  computed: {
    found() {
      const needle = this.needle.toLocaleLowerCase();
      if (!needle) return this.options;
      const fits = (option) => `${option.label} ${option.caption ?? ""} ${option.value}`.toLocaleLowerCase().includes(needle);
      return this.options.filter(fits);
    },
  },
  methods: {
    choose(value) {
      this.value = value;
      this.$emit("update:model-value", value);
    },
    filter(needle, update) {
      update(() => (this.needle = needle));
    },
    spoken(option) {
      return option.caption ? `${option.label}, ${option.caption}` : option.label;
    },
  },
};
