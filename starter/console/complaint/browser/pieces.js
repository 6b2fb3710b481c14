// The parts that sections are made of, from plain data. Whatever people wrote is shown as text, and only as text.

// Some text on a line: names, links, and what people wrote, which may run from right to left.
export const TextLine = {
  props: { line: Array },
  template: `<template v-for="(part, index) in line" :key="index"
    ><a v-if="part.href" :href="part.href" :rel="part.href.startsWith('/') ? null : 'noopener noreferrer'">{{ part.text }}</a
    ><bdi v-else-if="part.mark" :class="part.mark">{{ part.text }}</bdi
    ><template v-else>{{ part.text }}</template></template>`,
};

const LONG_CHARACTERS = 700;
const LONG_LINES = 9;

// A text in full; a long one is folded after some lines until somebody wants all of it.
export const LongText = {
  props: { text: String, theirs: Boolean, whole: Boolean, says: Object },
  data: () => ({ open: false }),
  computed: {
    isLong() {
      if (this.whole) return false;
      return this.text.length > LONG_CHARACTERS || this.text.split("\n", LONG_LINES + 1).length > LONG_LINES;
    },
  },
  template: `
    <div class="prose" :class="{ quoted: theirs }">
      <div class="theirs" dir="auto" :class="{ folded: isLong && !open }">{{ text }}</div>
      <button v-if="isLong" type="button" class="more" :aria-expanded="open" @click="open = !open">
        {{ open ? says.less : says.more }}</button>
    </div>`,
};

export const Piece = {
  components: { TextLine, LongText },
  props: { piece: Object, says: Object },
  template: `
    <div class="piece" :class="piece.kind">
      <h3 v-if="piece.label && piece.kind !== 'meter'" class="label">{{ piece.label }}</h3>
      <dl v-if="piece.kind === 'facts'">
        <template v-for="row in piece.rows" :key="row.label"><dt>{{ row.label }}</dt><dd><TextLine :line="row.value" /></dd></template>
      </dl>
      <ul v-else-if="piece.kind === 'items'">
        <li v-for="(item, index) in piece.items" :key="index" :class="item.tone">
          <q-icon v-if="item.icon" :name="item.icon" aria-hidden="true" />
          <div class="what">
            <span v-if="item.says" class="for-readers">{{ item.says }}: </span><TextLine :line="item.text" />
            <div v-if="item.note" class="quiet note"><TextLine :line="item.note" /></div>
          </div>
          <remaining-time v-if="item.due" :due="item.due" class="at-end"></remaining-time>
        </li>
      </ul>
      <LongText v-else-if="piece.kind === 'prose'" :text="piece.text" :theirs="piece.theirs" :says="says" />
      <div v-else class="meter-line">
        <span class="label">{{ piece.label }}</span>
        <span class="meter-bar" aria-hidden="true"><span :style="{ width: piece.share * 100 + '%' }"></span></span>
        <span>{{ piece.says }}</span>
      </div>
    </div>`,
};
