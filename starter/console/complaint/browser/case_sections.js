// Sections under headings, each of some pieces. Only what is different is drawn anew: folds and focus stay.
import { Piece } from "amends-complaint/pieces.js";

export default {
  components: { Piece },
  props: { id: String, content: String, says: Object },
  emits: ["act"],
  computed: {
    sections() { return JSON.parse(this.content); },
  },
  template: `
    <div :id="id" class="sections">
      <section v-for="section in sections" :key="section.name" :id="section.name" class="section" :aria-labelledby="section.name + '-title'">
        <div class="heading">
          <h2 :id="section.name + '-title'" tabindex="-1" :data-key="section.key" :data-says="section.key && section.title">{{ section.title }}</h2>
          <button v-if="section.act" type="button" class="do" @click="$emit('act', section.act)">{{ section.act_says }}</button>
        </div>
        <p v-if="section.note" class="quiet note">{{ section.note }}</p>
        <Piece v-for="(piece, index) in section.pieces" :key="index" :piece="piece" :says="says" />
      </section>
    </div>`,
};
