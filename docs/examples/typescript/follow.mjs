// Files a complaint over HTTP and follows it, with nothing but Node.js: node follow.mjs KEY TEXT [EVENT]
// Prints a line for each event and ends with the first one of the type EVENT.
// AMENDS is the address of the API, TOKEN says who is calling. Exit codes: 0 done, 3 refused, 1 anything else.
const [key, text, last = "assigned"] = process.argv.slice(2);
const api = `${process.env.AMENDS ?? "http://127.0.0.1:8000"}/api/v1`;
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Said for good; asking again would not help. The message begins with the stable code. */
class Refusal extends Error {}

/** An answer. What is refused for the moment is asked again, anything else is thrown as a Refusal. */
async function ask(path, { headers, ...request } = {}) {
  for (;;) {
    const answer = await fetch(api + path, {
      ...request,
      headers: { Authorization: `Bearer ${process.env.TOKEN}`, ...headers },
    });
    if (answer.ok) return answer;
    const problem = await answer.json();
    const seconds = Number(answer.headers.get("Retry-After"));
    if (!seconds) throw new Refusal(`${problem.code}: ${problem.detail}`);
    console.error(`${problem.code}: again in ${seconds} s`);
    await pause(seconds);
  }
}

/** The changes of a stream, also after it has broken off: the id of the last one says where to go on. */
async function* changes(path) {
  let headers = {};
  for (;;) {
    try {
      const answer = await ask(path, { headers });
      let rest = "";
      for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        const blocks = (rest + chunk).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
          const event = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s)));
          if (!event.data) continue; // a comment: the stream is alive
          yield JSON.parse(event.data);
          headers = { "Last-Event-ID": event.id };
        }
      }
    } catch (error) {
      if (error instanceof Refusal) throw error;
      console.error(`${error.message}: again in a moment`);
    }
    await pause(1);
  }
}

try {
  // The key makes repeating harmless: the same source and key are the same complaint.
  const answer = await ask("/complaints", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify({ source: "web", channel: "web", language: "zh", text }),
  });
  const { reference, duplicate } = await answer.json();
  console.log(JSON.stringify({ reference, duplicate }));
  for await (const change of changes(`/events?reference=${reference}&after=start`)) {
    console.log(JSON.stringify({ id: change.event_id, type: change.type, at: change.at }));
    if (change.type === last) break;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = error instanceof Refusal ? 3 : 1;
}
