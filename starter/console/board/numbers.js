// A table of figures: one element for any number of rows, that can be sorted by every column, and read aloud.
export default {
  props: {
    caption: String,
    columns: { type: Array, default: () => [] },
    rows: { type: Array, default: () => [] },
    total: { type: Array, default: () => [] },
    sorts: String,
    nothing: String,
  },
  template: `
    <div class="numbers" role="group" tabindex="0" :aria-label="caption">
      <table v-if="rows.length">
        <caption class="unseen">{{ caption }}</caption>
        <thead><tr>
          <th v-for="(column, at) in columns" :key="column.name" scope="col" :class="{ amount: column.amount }" :aria-sort="order(at)">
            <button type="button" :title="sorts.replace('{column}', column.heading)" @click="sort(at)">{{ column.heading
            }}<span aria-hidden="true" class="arrow">{{ order(at) === 'ascending' ? '▲' : order(at) === 'descending' ? '▼' : '' }}</span></button>
          </th>
        </tr></thead>
        <tbody>
          <tr v-for="(row, number) in sorted" :key="number">
            <component :is="at ? 'td' : 'th'" v-for="(cell, at) in row" :key="at" :scope="at ? undefined : 'row'" :class="look(at)">
              <a v-if="cell.link" :href="cell.link">{{ cell.text }}</a><template v-else>{{ cell.text }}</template>
            </component>
          </tr>
        </tbody>
        <tfoot v-if="total.length"><tr>
          <component :is="at ? 'td' : 'th'" v-for="(cell, at) in total" :key="at" :scope="at ? undefined : 'row'" :class="look(at)">
            <a v-if="cell.link" :href="cell.link">{{ cell.text }}</a><template v-else>{{ cell.text }}</template>
          </component>
        </tr></tfoot>
      </table>
      <p v-else class="quiet">{{ nothing }}</p>
    </div>`,
  data() {
    return { by: null, falling: false };
  },
  computed: {
    sorted() {
      if (this.by === null) return this.rows;
      const words = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });
      const sign = this.falling ? -1 : 1;
      return [...this.rows].sort((one, other) => {
        const [a, b] = [one[this.by].order, other[this.by].order];
        // What is not there comes last, whichever way round.
        if (a === null || b === null) return (a === null) - (b === null);
        return sign * (typeof a === "number" && typeof b === "number" ? a - b : words.compare(a, b));
      });
    },
  },
  methods: {
    look(at) {
      return { amount: this.columns[at].amount, theirs: this.columns[at].theirs };
    },
    order(at) {
      return this.by !== at ? undefined : this.falling ? "descending" : "ascending";
    },
    sort(at) {
      // Of numbers the largest are wanted first.
      this.falling = this.by === at ? !this.falling : this.columns[at].amount;
      this.by = at;
    },
  },
};
