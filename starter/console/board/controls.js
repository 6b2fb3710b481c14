// What the board is about: a time, a department, and how soon is soon. All of it goes into the address.
export default {
  props: {
    action: String,
    times: { type: Array, default: () => [] },
    chosen: { type: Object, default: () => ({}) },
    departments: { type: Array, default: () => [] },
    withins: { type: Array, default: () => [] },
    says: { type: Object, default: () => ({}) },
  },
  template: `
    <form class="controls" method="get" :action="action" @submit="tidy">
      <div class="times" role="group" :aria-label="says.time">
        <a v-for="time in times" :key="time.link" :href="time.link" class="time" :aria-current="time.current ? 'true' : undefined">{{ time.label }}</a>
      </div>
      <label>{{ says.from }} <input type="date" name="from" :value="chosen.from" :max="chosen.today"></label>
      <label>{{ says.to }} <input type="date" name="to" :value="chosen.to"></label>
      <label>{{ says.department }}
        <select name="department" :value="chosen.department">
          <option value="">{{ says.all }}</option>
          <option v-for="each in departments" :key="each.value" :value="each.value">{{ each.label }}</option>
        </select>
      </label>
      <label>{{ says.within }}
        <select name="within" :value="chosen.within"><option v-for="each in withins" :key="each.value" :value="each.value">{{ each.label }}</option></select>
      </label>
      <input type="hidden" name="days" :value="chosen.days">
      <button type="submit">{{ says.apply }}</button>
    </form>`,
  methods: {
    // What goes without saying is not in the address; days of one's own take the place of the last so many.
    tidy(event) {
      const fields = event.target.elements;
      if (fields.from.value || fields.to.value) fields.days.disabled = true;
      for (const field of fields) if (field.name && (!field.value || field.value === this.chosen.usual[field.name])) field.disabled = true;
      setTimeout(() => { for (const field of fields) field.disabled = false; });
    },
  },
};
