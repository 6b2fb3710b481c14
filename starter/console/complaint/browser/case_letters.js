// The letters: to whom, what became of each, and the text of one that somebody opens.
import { LongText, TextLine } from "amends-complaint/pieces.js";

export default {
  components: { LongText, TextLine },
  props: { id: String, content: String, more: Boolean, says: Object },
  emits: ["read", "more"],
  data: () => ({ open: [], bodies: {} }),
  computed: {
    letters() { return JSON.parse(this.content); },
  },
  methods: {
    toggle(letter) {
      const at = this.open.indexOf(letter.id);
      if (at >= 0) { this.open.splice(at, 1); return; }
      this.open.push(letter.id);
      if (!(letter.id in this.bodies)) this.$emit("read", letter.id);
    },
    // Given by the server.
    show(id, body) { this.bodies[id] = body; },
  },
  template: `
    <section :id="id" class="section letters" aria-labelledby="letters-title">
      <div class="heading"><h2 id="letters-title" tabindex="-1" data-key="m" :data-says="says.title">{{ says.title }}</h2></div>
      <p v-if="!letters.length" class="quiet note">{{ says.none }}</p>
      <ul><li v-for="letter in letters" :key="letter.id" :class="letter.tone">
        <button type="button" class="letter-head" :aria-expanded="open.includes(letter.id)" @click="toggle(letter)">
          <q-icon :name="letter.icon" aria-hidden="true" :title="letter.status" /><span class="for-readers">{{ letter.status }}: </span>
          <span class="what"><span class="notice">{{ letter.notice }}</span>
            <span class="quiet note"><TextLine :line="letter.to" /> · <span :title="letter.full">{{ letter.at }}</span><template
              v-if="letter.tone !== 'good'"> · <b>{{ letter.status }}</b></template></span></span>
        </button>
        <p v-if="letter.error" class="error">{{ letter.error }}</p>
        <div v-if="open.includes(letter.id)" class="letter-text">
          <div class="quiet note">{{ letter.address }}</div>
          <div class="letter-subject theirs">{{ letter.subject }}</div>
          <LongText v-if="bodies[letter.id]" whole :text="bodies[letter.id]" :says="says" /><p v-else class="quiet">{{ says.loading }}</p>
        </div>
      </li></ul>
      <button v-if="more" type="button" class="do" @click="$emit('more')">{{ says.more_letters }}</button>
    </section>`,
};
