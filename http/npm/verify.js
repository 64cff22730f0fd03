// Checks a delivery as its receiver would: with the library of Standard Webhooks
// (v1) and with node's own Ed25519 (v1a). Standard input has the delivery's
// headers and body and all secrets and publicKeys that must have signed it.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { json } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

const { headers, body, secrets, publicKeys } = await json(process.stdin);
const timestamp = Number(headers["webhook-timestamp"]);
Date.now = () => timestamp * 1000; // the library takes only what was sent minutes ago

const forged = body.replace("ticket", "Ticket");
assert.notEqual(forged, body);

const shared = (secret, text) => new Webhook(secret).verify(text, headers);
for (const secret of secrets) {
  assert.deepEqual(shared(secret, body), JSON.parse(body));
  assert.throws(() => shared(secret, forged), /No matching signature/);
}
const stranger = "whsec_" + Buffer.alloc(32).toString("base64");
assert.throws(() => shared(stranger, body), /No matching signature/);

const signatures = headers["webhook-signature"].split(" ");
const signed = (publicKey, text) => {
  const [, raw] = publicKey.match(/^whpk_(.{44})$/);
  const x = Buffer.from(raw, "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const content = Buffer.from(`${headers["webhook-id"]}.${timestamp}.${text}`);
  return signatures
    .filter((s) => s.startsWith("v1a,"))
    .some((s) => verify(null, content, key, Buffer.from(s.slice("v1a,".length), "base64")));
};
for (const publicKey of publicKeys) {
  assert.ok(signed(publicKey, body), `${publicKey} has not signed`);
  assert.ok(!signed(publicKey, forged), `${publicKey} has signed anything`);
}
assert.equal(new Set(signatures).size, secrets.length + publicKeys.length);
