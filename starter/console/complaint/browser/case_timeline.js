// The story: what happened, day by day, in the order that the reader prefers; filtered by kind, and linked by number.
import { Piece, TextLine } from "amends-complaint/pieces.js";

const ORDER = "amends-story-order";
const NEW_FOR_MILLISECONDS = 20000;

const numberIn = (hash) => Number(/^#event-(\d+)$/.exec(hash)?.[1] ?? 0);

export default {
  components: { Piece, TextLine },
  props: { id: String, content: String, kinds: Object, says: Object },
  emits: ["earlier"],
  data() {
    return {
      events: JSON.parse(this.content),
      kind: "all",
      newestFirst: localStorage.getItem(ORDER) !== "oldest",
      fresh: new Set(),
      linked: 0,
      waiting: false,
    };
  },
  computed: {
    isWhole() { return !this.events.length || this.events[0].number === 1; },
    counts() {
      const counts = { all: this.events.length };
      for (const event of this.events) counts[event.kind] = (counts[event.kind] ?? 0) + 1;
      return counts;
    },
    days() {
      const wanted = this.kind === "all" ? this.events : this.events.filter((event) => event.kind === this.kind);
      const days = [];
      for (const event of wanted) {
        if (days.at(-1)?.name !== event.day) days.push({ name: event.day, events: [] });
        days.at(-1).events.push(event);
      }
      if (this.newestFirst) days.reverse().forEach((day) => day.events.reverse());
      return days;
    },
  },
  mounted() {
    addEventListener("hashchange", this.goToLinked);
    this.goToLinked();
  },
  unmounted() { removeEventListener("hashchange", this.goToLinked); },
  methods: {
    // Given by the server: what has happened since, and what had happened before.
    add(content) {
      const last = this.events.at(-1)?.number ?? 0;
      const added = JSON.parse(content).filter((event) => event.number > last);
      this.events.push(...added);
      added.forEach((event) => this.fresh.add(event.number));
      setTimeout(() => added.forEach((event) => this.fresh.delete(event.number)), NEW_FOR_MILLISECONDS);
    },
    addEarlier(content) {
      const first = this.events[0]?.number ?? Infinity;
      this.events.unshift(...JSON.parse(content).filter((event) => event.number < first));
      this.waiting = false;
      if (this.linked && !this.isShown(this.linked)) this.goToLinked();
    },
    waitNoLonger() { this.waiting = false; },
    askForEarlier() {
      this.waiting = true;
      this.$emit("earlier", this.events[0].number);
    },
    isShown(number) { return this.events.some((event) => event.number === number); },
    async goToLinked() {
      const number = numberIn(location.hash);
      this.linked = number;
      if (!number) return;
      if (!this.isShown(number)) {
        if (!this.isWhole && number < this.events[0].number) this.askForEarlier();
        return;
      }
      this.kind = "all";
      await this.$nextTick();
      const element = document.getElementById("event-" + number);
      element?.scrollIntoView({ block: "center" });
      element?.focus({ preventScroll: true });
    },
    turn() {
      this.newestFirst = !this.newestFirst;
      localStorage.setItem(ORDER, this.newestFirst ? "newest" : "oldest");
    },
  },
  template: `
    <section :id="id" class="section story" aria-labelledby="story-title">
      <div class="heading">
        <h2 id="story-title" tabindex="-1" data-key="t" :data-says="says.title">{{ says.title }}</h2>
        <div class="kinds" role="group" :aria-label="says.filter">
          <button v-for="(name, value) in kinds" :key="value" type="button" :aria-pressed="kind === value"
            :disabled="value !== 'all' && isWhole && !counts[value]" @click="kind = value">{{ name }}<span class="count"
            v-if="isWhole"> {{ counts[value] ?? 0 }}</span></button>
        </div>
        <button type="button" class="turn" @click="turn"><q-icon :name="newestFirst ? 'south' : 'north'" aria-hidden="true" />
          {{ newestFirst ? says.newest_first : says.oldest_first }}</button>
      </div>
      <p v-if="!isWhole && !newestFirst" class="earlier"><button type="button" class="do" :disabled="waiting" @click="askForEarlier">{{ says.earlier }}</button></p>
      <p v-if="!days.length" class="quiet nothing">{{ says.nothing }}</p>
      <div v-for="day in days" :key="day.name" class="day">
        <h3 class="day-name">{{ day.name }}</h3>
        <ol>
          <li v-for="event in day.events" :key="event.number" :id="'event-' + event.number" tabindex="-1" class="event"
            :class="[event.tone, { fresh: fresh.has(event.number), linked: linked === event.number, system: event.is_system }]">
            <a class="at" :href="'#event-' + event.number" :title="event.full" :aria-label="event.at + ', ' + says.number + ' ' + event.number">{{ event.at }}</a>
            <span class="icon" :title="event.what"><q-icon :name="event.icon" aria-hidden="true" /></span>
            <div class="told">
              <div class="sentence"><TextLine :line="event.text" /><span v-if="event.by" class="by quiet"><TextLine :line="event.by" /></span><span v-if="fresh.has(event.number)" class="new">{{ says.is_new }}</span></div>
              <Piece v-for="(piece, index) in event.pieces" :key="index" :piece="piece" :says="says" />
            </div>
          </li>
        </ol>
      </div>
      <p v-if="!isWhole && newestFirst" class="earlier"><button type="button" class="do" :disabled="waiting" @click="askForEarlier">{{ says.earlier }}</button></p>
    </section>`,
};
