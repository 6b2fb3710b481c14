// What the complainant wrote, as they wrote it.
import { LongText } from "amends-complaint/pieces.js";

export default {
  components: { LongText },
  props: { id: String, title: String, text: String, says: Object },
  template: `
    <section :id="id" class="section their-words" aria-labelledby="words-title">
      <div class="heading"><h2 id="words-title" tabindex="-1" data-key="w" :data-says="title">{{ title }}</h2></div>
      <LongText :text="text" :theirs="true" :says="says" />
    </section>`,
};
