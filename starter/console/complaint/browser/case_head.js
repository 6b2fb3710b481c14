// The top of the page: the reference, where the complaint stands, how long there is, and what is unusual.
import { TextLine } from "amends-complaint/pieces.js";

export default {
  components: { TextLine },
  props: { id: String, content: String, says: Object },
  data: () => ({ copied: false }),
  computed: {
    head() { return JSON.parse(this.content); },
  },
  methods: {
    async copy() {
      await navigator.clipboard.writeText(this.head.reference);
      this.copied = true;
      setTimeout(() => { this.copied = false; }, 2000);
    },
  },
  template: `
    <header :id="id" class="complaint-head">
      <div class="identity">
        <span class="reference mono">{{ head.reference }}</span>
        <button type="button" class="copy" :aria-label="says.copy" :title="says.copy" @click="copy">
          <q-icon :name="copied ? 'check' : 'content_copy'" aria-hidden="true" /></button>
        <span class="for-readers" role="status">{{ copied ? says.copied : "" }}</span>
        <span v-for="chip in head.chips" :key="chip.about" class="chip" :class="chip.tone" :title="chip.about">
          <q-icon :name="chip.icon" aria-hidden="true" /><span class="for-readers">{{ chip.about }}: </span>{{ chip.text }}</span>
        <span v-if="head.due" class="next-limit"><span class="quiet">{{ says.next_limit }}</span>
          <remaining-time :due="head.due" :title="head.due_says"></remaining-time></span>
      </div>
      <h1 dir="auto"><TextLine :line="head.title" /></h1>
      <dl class="line-of-facts">
        <div v-for="fact in head.facts" :key="fact.label"><dt>{{ fact.label }}</dt><dd><TextLine :line="fact.value" /></dd></div>
      </dl>
      <p v-for="banner in head.banners" :key="banner.icon" class="banner" :class="banner.tone">
        <q-icon :name="banner.icon" aria-hidden="true" /><span><TextLine :line="banner.text" /></span></p>
    </header>`,
};
