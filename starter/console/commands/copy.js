// Reads in the browser what a copy of a document tells of it; the copy itself is sent nowhere.
export default {
  props: { id: String, label: String },
  emits: ["facts"],
  template: `
    <div :id="id" class="command-copy" v-if="able">
      <q-btn outline dense no-caps icon="upload_file" :label="label" :loading="busy" @click="$refs.file.click()" />
      <input ref="file" type="file" class="command-key" tabindex="-1" aria-hidden="true" @change="read" />
    </div>
    <span v-else :id="id"></span>`,
  data() {
    // Browsers only offer this over https, and on the machine itself.
    return { busy: false, able: Boolean(window.crypto?.subtle) };
  },
  methods: {
    async read(event) {
      const file = event.target.files[0];
      if (!file) return;
      this.busy = true;
      try {
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
        const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        this.$emit("facts", { file_name: file.name, media_type: file.type, size_bytes: file.size, sha256 });
      } finally {
        this.busy = false;
      }
    },
  },
};
