// Gives a complaint a command and prints its receipt: node command.mjs REFERENCE COMMAND JSON
// Exit codes: 0 carried out, 3 refused, 1 anything else. TEMPORAL_ADDRESS names the server.
import { Client, Connection, WorkflowUpdateFailedError } from "@temporalio/client";

const [reference, command, json] = process.argv.slice(2);
const argument = JSON.parse(json);
const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? "localhost:7233" });
try {
  const complaint = new Client({ connection }).workflow.getHandle(`complaint-${reference}`);
  // The command id doubles as the update's id: the server then joins a repeat to an update that is still under way.
  const receipt = await complaint.executeUpdate(command, { args: [argument], updateId: argument.command_id });
  console.log(JSON.stringify(receipt));
} catch (error) {
  const refused = error instanceof WorkflowUpdateFailedError;
  console.error(refused ? `${error.cause.type}: ${error.cause.message}` : error);
  process.exitCode = refused ? 3 : 1;
} finally {
  await connection.close();
}
