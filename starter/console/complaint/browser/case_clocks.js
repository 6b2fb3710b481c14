// Each clock as a bar, drawn to scale: what counted, what did not, the limit, and now; with its ledger for who opens it.
import { Piece } from "amends-complaint/pieces.js";

const EVERY_MILLISECONDS = 15000;
const now = () => Date.now() + (customElements.get("remaining-time")?.ahead ?? 0);

export default {
  components: { Piece },
  props: { id: String, content: String, says: Object, kinds: Object },
  emits: ["opened"],
  data: () => ({ now: now(), open: [] }),
  computed: {
    bars() { return JSON.parse(this.content); },
    live() { return this.bars.filter((bar) => bar.is_live); },
    ended() { return this.bars.filter((bar) => !bar.is_live); },
    groups() { return { ...(this.live.length && { live: this.live }), ...(this.ended.length && { ended: this.ended }) }; },
    used() {
      const used = new Set(this.bars.flatMap((bar) => bar.stretches.map((stretch) => stretch.kind)));
      return Object.entries(this.kinds).filter(([kind]) => used.has(kind));
    },
  },
  mounted() { this.timer = setInterval(() => { this.now = now(); }, EVERY_MILLISECONDS); },
  unmounted() { clearInterval(this.timer); },
  methods: {
    scale(bar) {
      const start = bar.stretches[0]?.start ?? this.now, until = bar.stops ?? this.now;
      return { start, until, length: Math.max(bar.ends, until) - start || 1 };
    },
    place(bar, at) {
      const { start, length } = this.scale(bar);
      return Math.min(Math.max(((at - start) / length) * 100, 0), 100);
    },
    stretch(bar, each) {
      const from = this.place(bar, each.start), to = this.place(bar, each.end ?? this.scale(bar).until);
      return { left: from + "%", width: Math.max(to - from, 0) + "%" };
    },
    ahead(bar) {
      const last = bar.stretches.at(-1)?.end ?? this.now;
      const from = this.place(bar, last);
      return { left: from + "%", width: 100 - from + "%" };
    },
    toggle(bar) {
      const at = this.open.indexOf(bar.name);
      if (at >= 0) this.open.splice(at, 1);
      else { this.open.push(bar.name); this.$emit("opened"); }
    },
  },
  template: `
    <section :id="id" class="section clocks" aria-labelledby="clocks-title">
      <div class="heading"><h2 id="clocks-title" tabindex="-1" data-key="c" :data-says="says.title">{{ says.title }}</h2></div>
      <p v-if="!bars.length" class="quiet note">{{ says.none }}</p>
      <component v-for="(group, which) in groups" :key="which" :is="which === 'live' || !live.length ? 'div' : 'details'">
        <summary v-if="which === 'ended' && live.length" class="quiet">{{ says.ended }} ({{ group.length }})</summary>
        <div v-for="bar in group" :key="bar.name" class="clock" :class="bar.tone">
          <button type="button" class="clock-head" :aria-expanded="open.includes(bar.name)" :aria-controls="'clock-' + bar.name" @click="toggle(bar)">
            <q-icon :name="open.includes(bar.name) ? 'expand_more' : 'chevron_right'" aria-hidden="true" class="opener" />
            <span class="clock-name">{{ bar.title }}</span>
            <span class="chip" :class="bar.tone"><q-icon :name="bar.icon" aria-hidden="true" />{{ bar.state_says }}</span>
            <remaining-time v-if="bar.due && bar.state !== 'paused'" :due="bar.due" :title="bar.due_says"></remaining-time>
          </button>
          <div class="bar-of-time" role="img" :aria-label="bar.label">
            <span v-for="(each, index) in bar.stretches" :key="index" class="stretch" :class="each.kind" :style="stretch(bar, each)" :title="each.says"></span>
            <span v-if="bar.is_live" class="stretch ahead" :style="ahead(bar)"></span>
            <span v-for="mark in bar.marks" :key="mark.kind + mark.at" class="mark" :class="mark.kind" :style="{ left: place(bar, mark.at) + '%' }" :title="mark.says"></span>
            <span v-if="bar.is_live" class="mark now" :style="{ left: place(bar, now) + '%' }" :title="says.now"></span>
          </div>
          <div class="clock-foot quiet"><span>{{ bar.limit }}</span><span>{{ bar.due_says }}</span></div>
          <div v-show="open.includes(bar.name)" :id="'clock-' + bar.name" class="clock-more">
            <template v-if="open.includes(bar.name)">
              <h3 class="label">{{ says.why }}</h3>
              <ol class="why"><li v-for="(line, index) in bar.why" :key="index">{{ line }}</li></ol>
              <Piece :piece="{ kind: 'facts', rows: bar.facts }" :says="says" />
              <h3 class="label">{{ says.ledger }}</h3>
              <div class="ledger" tabindex="0" role="region" :aria-label="says.ledger"><table>
                <thead><tr><th v-for="name in says.columns" :key="name" scope="col">{{ name }}</th></tr></thead>
                <tbody><tr v-for="(line, index) in bar.ledger" :key="index" :class="line.kind">
                  <td>{{ line.start }}</td><td>{{ line.lasts }}</td><td>{{ line.says }}</td><td>{{ line.counted }}</td><td>{{ line.department }}</td></tr></tbody>
              </table></div>
            </template>
          </div>
        </div>
      </component>
      <p v-if="used.length" class="legend quiet" aria-hidden="true"><span v-for="[kind, name] in used" :key="kind"><i class="stretch" :class="kind"></i>{{ name }}</span></p>
    </section>`,
};
