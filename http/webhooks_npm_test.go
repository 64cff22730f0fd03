package http_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// TestWebhooksAreVerifiedByTheNPMLibrary (D14): what the service delivers is
// taken by the library that receivers use, signed with the secret (v1) and with
// an Ed25519 key (v1a), and with both of each for a day after a rotation.
func TestWebhooksAreVerifiedByTheNPMLibrary(t *testing.T) {
	t.Parallel()
	s := newService(t)
	c := newReceiver(t)
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	first := s.post("/v1/webhooks", m{"url": c.url, "types": []string{"ticket-opened"}, "full": true})
	s.post("/v1/tickets", m{"title": "Broken – شکسته", "team": id("team")})
	c.wait(t, 1)
	second := s.post("/v1/webhooks/"+first.created()+"/rotate-secret", nil)
	s.post("/v1/tickets", m{"title": "Again", "team": id("team")})
	c.wait(t, 2)
	s.clock.Add(24 * 60 * 60 * 1000)
	s.post("/v1/tickets", m{"title": "A day later", "team": id("team")})
	heard := c.wait(t, 3)
	for i, keys := range [][]answer{{first}, {second, first}, {second}} {
		verified(t, heard[i], keys...)
	}
	if _, err := verify(t, heard[0], second); err == nil {
		t.Error("the check does not fail for another's keys")
	}
}

// verified lets a receiver's program check a delivery against the keys that
// registering or rotating answered.
func verified(t *testing.T, h told, keys ...answer) {
	t.Helper()
	if out, err := verify(t, h, keys...); err != nil {
		t.Errorf("%v: %s\n%v", err, out, h.header)
	}
}

func verify(t *testing.T, h told, keys ...answer) (string, error) {
	t.Helper()
	headers := map[string]string{}
	for name := range h.header {
		headers[strings.ToLower(name)] = h.header.Get(name)
	}
	var secrets, public []string
	for _, k := range keys {
		secrets, public = append(secrets, k.text("secret")), append(public, k.text("public_key"))
	}
	in := must(json.Marshal(m{"headers": headers, "body": string(h.raw), "secrets": secrets, "publicKeys": public}))(t)
	return node(t, bytes.NewReader(in), "verify.js")
}
