// A page of the queue: its rows, which of them are selected, and the way to other pages; news mark what they change.
export default {
  props: {
    id: String,
    stamp: Number,
    rows: Array,
    says: Object,
    caption: String,
    told: String,
    size: Number,
    sizes: Array,
    next: String,
    first: String,
    empty: Object,
    commands: Array,
    loading: Boolean,
    trouble: String,
  },
  emits: ["go", "bulk", "retry"],
  template: `
    <section :id="id" class="queue-list" :aria-busy="isBusy" :aria-label="caption">
      <div v-if="trouble" class="queue-trouble" role="alert">
        <q-icon name="cloud_off" size="20px" aria-hidden="true" />
        <span>{{ trouble }}</span>
        <q-btn flat dense no-caps icon="refresh" :label="says.retry" @click="$emit('retry')" />
      </div>
      <div class="queue-strip">
        <div v-if="chosen.size" class="queue-chosen" role="toolbar" :aria-label="says.bulk_name">
          <strong>{{ isEverything ? says.everything_chosen : filled(says.chosen, chosen.size) }}</strong>
          <q-btn v-if="next && isPageChosen && !isEverything" flat dense no-caps :label="says.everything"
            data-everything @click="isEverything = true" />
          <q-btn v-if="commands.length" unelevated dense no-caps color="primary" icon-right="expand_more" :label="says.bulk"
            data-key="b" :data-says="says.bulk" aria-haspopup="menu" data-bulk>
            <q-menu auto-close anchor="bottom left" self="top left" @show="pick(0)">
              <q-list dense role="menu" :aria-label="says.bulk" class="queue-commands" @keydown="walk">
                <q-item v-for="each in commands" :key="each.name" clickable role="menuitem" :data-command="each.name"
                  @click="$emit('bulk', { command: each.name, references: chosenReferences(), everything: isEverything })">
                  <q-item-section avatar><q-icon :name="each.icon" size="18px" aria-hidden="true" /></q-item-section>
                  <q-item-section>{{ each.label }}</q-item-section>
                </q-item>
              </q-list>
            </q-menu>
          </q-btn>
          <q-btn flat dense no-caps :label="says.clear" data-clear @click="forget" />
        </div>
        <slot v-else></slot>
        <span class="queue-news" role="status">{{ news }}</span>
        <label class="queue-size">{{ says.rows }}
          <select :value="size" @change="(event) => $emit('go', search('rows', event.target.value))" data-size>
            <option v-for="each in sizes" :key="each" :value="each">{{ each }}</option>
          </select>
        </label>
        <nav class="queue-pages" :aria-label="says.pages">
          <a v-if="before" :href="before" data-key="p" :data-says="says.previous" :aria-label="says.previous" :title="says.previous"
            data-page="previous" @click="(event) => follow(event, before, trail.slice(0, -1))"><q-icon name="chevron_left" size="22px" aria-hidden="true" /></a>
          <span v-else class="off"><q-icon name="chevron_left" size="22px" aria-hidden="true" /></span>
          <a v-if="next" :href="next" data-key="n" :data-says="says.next" :aria-label="says.next" :title="says.next"
            data-page="next" @click="(event) => follow(event, next, [...trail, here()])"><q-icon name="chevron_right" size="22px" aria-hidden="true" /></a>
          <span v-else class="off"><q-icon name="chevron_right" size="22px" aria-hidden="true" /></span>
        </nav>
      </div>
      <div class="queue-bar" :class="{ busy: isBusy }"><span v-if="isBusy" class="queue-hidden" role="status">{{ says.loading }}</span></div>
      <div v-if="!rows.length && loading" class="queue-empty"><q-spinner size="28px" /><p>{{ says.loading }}</p></div>
      <div v-else-if="!rows.length" class="queue-empty">
        <q-icon :name="empty.icon" size="40px" aria-hidden="true" />
        <h2>{{ empty.title }}</h2>
        <p>{{ empty.says }}</p>
        <a :href="empty.href" @click="(event) => follow(event, empty.href, [])">{{ empty.link }}</a>
      </div>
      <table v-else class="queue-table" :class="{ choosing: commands.length }">
        <caption class="queue-hidden">{{ caption }}</caption>
        <thead>
          <tr>
            <th v-if="commands.length" class="choice" scope="col"><q-checkbox dense size="sm" :model-value="isPageChosen ? true : chosen.size ? null : false"
              @update:model-value="chooseAll" :aria-label="says.choose_all" data-all /></th>
            <th scope="col">{{ says.reference }}</th><th scope="col">{{ says.words }}</th><th scope="col">{{ says.status }}</th>
            <th scope="col">{{ says.holder }}</th><th scope="col">{{ says.due }}</th><th scope="col">{{ says.todo }}</th>
          </tr>
        </thead>
        <tbody ref="body" @focusin="at = keyOf($event.target)">
          <tr v-for="row in rows" :key="row.key" :data-row="row.key" :class="look(row)" @click="(event) => openBy(event, row)">
            <td v-if="commands.length" class="choice" @click.stop><q-checkbox dense size="sm" :model-value="chosen.has(row.key)"
              @update:model-value="choose(row.key)" :aria-label="says.choose_row.replace('{reference}', row.reference)" /></td>
            <td class="reference"><a :href="'/complaints/' + row.reference" class="mono" :aria-describedby="id + row.key">{{ row.reference }}</a>
              <span class="quiet" :title="row.received_at">{{ row.received }}</span></td>
            <td class="words" :class="{ both: row.more }"><span :id="id + row.key" class="theirs" dir="auto">{{ row.words }}</span>
              <span v-if="row.more" class="theirs quiet" dir="auto">{{ row.more }}</span></td>
            <td class="standing"><span class="severity" :data-severity="row.severity"><q-icon :name="row.severity_shape" size="16px" aria-hidden="true" />
              {{ row.severity_word }}</span><span class="quiet">{{ row.status }}</span></td>
            <td class="holder"><span dir="auto">{{ row.owner }}</span><span class="quiet">{{ row.department }}</span></td>
            <td class="due"><template v-if="row.due_at"><remaining-time :due="row.due_at"></remaining-time><span class="quiet">{{ row.due }}</span></template>
              <span v-else class="quiet">–</span>
              <span v-if="row.breached" class="breached"><q-icon name="flag" size="14px" aria-hidden="true" />{{ says.breached }}</span></td>
            <td class="todo"><span dir="auto">{{ row.todo }}</span><span class="quiet" dir="auto">{{ row.why }}</span></td>
          </tr>
        </tbody>
      </table>
      <span class="queue-hidden" role="status">{{ told }}</span>
      <template v-if="rows.length">
        <span class="queue-key" tabindex="-1" aria-hidden="true" data-key="j" :data-says="says.down" @click="step(1)"></span>
        <span class="queue-key" tabindex="-1" aria-hidden="true" data-key="k" :data-says="says.up" @click="step(-1)"></span>
        <span v-if="commands.length" class="queue-key" tabindex="-1" aria-hidden="true" data-key="x" :data-says="says.choose" @click="chooseHere"></span>
      </template>
    </section>`,
  data() {
    return { chosen: new Set(), isEverything: false, at: null, trail: history.state?.trail ?? [], isOnItsWay: false, marks: {}, news: "", shown: location.search };
  },
  computed: {
    isBusy() {
      return this.isOnItsWay || this.loading;
    },
    isPageChosen() {
      return this.rows.length > 0 && this.rows.every((row) => this.chosen.has(row.key));
    },
    before() {
      return this.trail.at(-1) ?? this.first;
    },
  },
  watch: {
    rows(now, before) {
      const keys = new Set(now.map((row) => row.key));
      this.chosen = new Set([...this.chosen].filter((key) => keys.has(key)));
      if (!this.isPageChosen) this.isEverything = false;
      if (this.isAnother) return;
      const known = new Map(before.map((row) => [row.key, JSON.stringify(row)]));
      const changed = now.filter((row) => known.get(row.key) !== JSON.stringify(row));
      // The name of the animation alternates, so that what changes again is marked again.
      for (const { key } of changed) this.marks[key] = (this.marks[key] ?? 0) + 1;
      if (changed.length) this.news = this.filled(changed.length === 1 ? this.says.news_one : this.says.news, changed.length);
    },
    stamp: {
      flush: "sync",
      handler() {
        this.isAnother = true;
        this.isOnItsWay = false;
        this.news = "";
        this.marks = {};
        this.at = null;
        this.forget();
        this.$nextTick(() => (this.isAnother = false));
      },
    },
  },
  mounted() {
    this.onAsked = (event) => this.go(event.detail, []);
    this.onBack = () => {
      if (location.search === this.shown) return;
      this.trail = history.state?.trail ?? [];
      this.ask();
    };
    document.addEventListener("queue-go", this.onAsked);
    window.addEventListener("popstate", this.onBack);
  },
  unmounted() {
    document.removeEventListener("queue-go", this.onAsked);
    window.removeEventListener("popstate", this.onBack);
  },
  beforeUpdate() {
    this.had = this.$refs.body?.contains(document.activeElement) ? this.at : null;
    this.hadPlace = this.rows.findIndex((row) => row.key === this.had);
  },
  updated() {
    // The row that had the focus may have gone: its place is taken by the next one.
    if (this.had && document.activeElement === document.body) this.focus(this.rowOf(this.had) ?? this.all()[this.hadPlace] ?? this.all().at(-1));
  },
  methods: {
    filled(text, count) {
      return text.replace("{count}", count);
    },
    look(row) {
      const mark = this.marks[row.key];
      return { chosen: this.chosen.has(row.key), "fresh-odd": mark % 2 === 1, "fresh-even": mark > 0 && mark % 2 === 0 };
    },
    here() {
      return location.pathname + location.search;
    },
    search(name, value) {
      const query = new URLSearchParams(location.search);
      query.set(name, value);
      query.delete("after");
      this.go("?" + query, []);
    },
    follow(event, href, trail) {
      if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      if (new URL(href, location).pathname !== location.pathname) return;
      event.preventDefault();
      this.go(href, trail);
      window.scrollTo(0, 0);
    },
    go(href, trail) {
      this.trail = trail;
      history.pushState({ trail }, "", new URL(href, location.origin + location.pathname));
      this.ask();
    },
    ask() {
      this.shown = location.search;
      this.isOnItsWay = true;
      this.$emit("go", location.search);
    },
    chosenReferences() {
      return [...new Set(this.rows.filter((row) => this.chosen.has(row.key)).map((row) => row.reference))];
    },
    choose(key) {
      const chosen = new Set(this.chosen);
      if (!chosen.delete(key)) chosen.add(key);
      this.chosen = chosen;
      this.isEverything = false;
    },
    chooseAll() {
      if (this.isPageChosen) this.forget();
      else this.chosen = new Set(this.rows.map((row) => row.key));
    },
    forget() {
      this.chosen = new Set();
      this.isEverything = false;
    },
    pick(at, items = [...document.querySelectorAll(".queue-commands [role=menuitem]")]) {
      items.at(at % items.length)?.focus();
    },
    walk(event) {
      const items = [...event.currentTarget.querySelectorAll("[role=menuitem]")], here = items.indexOf(document.activeElement);
      const wanted = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
      if (wanted === undefined) return;
      event.preventDefault();
      this.pick(wanted, items);
    },
    all() {
      return [...(this.$refs.body?.children ?? [])];
    },
    rowOf(key) {
      return this.all().find((row) => row.dataset.row === key);
    },
    keyOf(element) {
      return element.closest("tr")?.dataset.row ?? null;
    },
    focus(row) {
      row?.querySelector("a")?.focus();
    },
    step(by) {
      const rows = this.all();
      const at = rows.findIndex((row) => row.dataset.row === this.at);
      this.focus(rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]);
    },
    chooseHere() {
      if (!this.at) return this.step(0);
      this.choose(this.at);
      this.focus(this.rowOf(this.at));
    },
    openBy(event, row) {
      if (event.target.closest("a") || String(getSelection())) return;
      this.rowOf(row.key).querySelector("a").click();
    },
  },
};
