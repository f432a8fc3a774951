// Reads deliveries from standard input, a line of JSON each: secret, id, timestamp, signature and
// body (base64 of its bytes). Answers each with a line: accepted or refused, and nothing else.
"use strict";

const readline = require("node:readline");
const { Webhook, WebhookVerificationError } = require("standardwebhooks");

function judge(delivery) {
  try {
    new Webhook(delivery.secret).verify(
      Buffer.from(delivery.body, "base64"),
      {
        "webhook-id": delivery.id,
        "webhook-timestamp": delivery.timestamp,
        "webhook-signature": delivery.signature,
      },
      { jsonParse: false },
    );
    return "accepted";
  } catch (error) {
    if (error instanceof WebhookVerificationError) {
      return "refused";
    }
    throw error;
  }
}

readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(judge(JSON.parse(line)) + "\n"));
