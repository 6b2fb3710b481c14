// Filters as a form whose answers are the page's address: they can be kept, sent, and gone back to.
export default {
  props: { fields: Array, says: Object },
  template: `
    <form class="sieve" method="get" role="search" :aria-label="says.name" ref="form">
      <label v-for="field in fields" :key="field.name"><span>{{ field.label }}</span>
        <input v-if="!field.options" type="search" :name="field.name" :value="field.value" autocomplete="off" />
        <select v-else :name="field.name" :value="field.value" @change="$refs.form.requestSubmit()">
          <option v-for="option in field.options" :key="option.value" :value="option.value">{{ option.label }}</option>
        </select>
      </label>
      <a v-if="fields.some((field) => field.value)" :href="here" class="sieve-clear">{{ says.clear }}</a>
    </form>`,
  data() {
    return { here: location.pathname };
  },
  mounted() {
    // What is not asked for is not in the address.
    this.$refs.form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
    });
  },
};
