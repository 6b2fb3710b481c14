// The commands that are allowed now: buttons for what the reader has to do, and a menu of the others, room by room.
export default {
  props: { id: String, first: Array, groups: Array, label: String, more: String },
  emits: ["act"],
  template: `
    <div :id="id" class="command-bar" role="toolbar" :aria-label="label">
      <q-btn v-for="each in first" :key="each.name" no-caps :outline="each.beside" :unelevated="!each.beside" :color="each.beside ? undefined : each.tone"
        :icon="each.icon" :label="each.title" :data-command="each.name" :data-key="each.key" :data-says="each.title"
        @click="$emit('act', each.name)" />
      <q-btn v-if="groups.length" ref="more" no-caps outline icon-right="expand_more" :label="more" data-key="." :data-says="more"
        data-command-menu aria-haspopup="menu" :aria-expanded="open">
        <q-menu v-model="open" :aria-label="more" anchor="bottom left" self="top left" @show="step(0)">
          <div class="command-menu" role="presentation" @keydown="walk">
            <div v-for="group in groups" :key="group.name" class="command-group" role="group" :aria-label="group.label">
              <div class="command-room" aria-hidden="true">{{ group.label }}</div>
              <q-item v-for="each in group.items" :key="each.name" v-close-popup clickable dense role="menuitem"
                :data-command="each.name" @click="$emit('act', each.name)">
                <q-item-section avatar><q-icon :name="each.icon" size="18px" aria-hidden="true" /></q-item-section>
                <q-item-section>{{ each.title }}</q-item-section>
                <q-item-section v-if="each.key" side aria-hidden="true"><span class="command-keys">
                  <kbd v-for="key in each.key.split(' ')" :key="key">{{ key }}</kbd></span></q-item-section>
              </q-item>
            </div>
          </div>
        </q-menu>
      </q-btn>
      <template v-for="group in groups" :key="group.name">
        <span v-for="each in group.items.filter((one) => one.key)" :key="each.name" class="command-key" tabindex="-1" aria-hidden="true"
          :data-key="each.key" :data-says="each.title" @click="byKey(each.name)"></span>
      </template>
    </div>`,
  data() {
    return { open: false };
  },
  beforeUpdate() {
    this.hadFocus = this.$el.contains(document.activeElement);
  },
  updated() {
    // A button that had the focus may not be there any more.
    if (this.hadFocus && document.activeElement === document.body) this.$el.querySelector("button")?.focus();
  },
  methods: {
    byKey(name) {
      this.$refs.more.$el.focus();
      this.$emit("act", name);
    },
    step(to, from) {
      const items = [...document.querySelectorAll(".command-menu [role=menuitem]")];
      const at = from === undefined ? to : items.indexOf(document.activeElement) + from;
      items.at(at % items.length)?.focus();
    },
    walk(event) {
      const steps = { ArrowDown: [0, 1], ArrowUp: [0, -1], Home: [0], End: [-1] };
      if (!(event.key in steps)) return;
      event.preventDefault();
      this.step(...steps[event.key]);
    },
  },
};
