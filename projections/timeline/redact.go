package timeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/eventstore"
)

// Redacted stands for a value that does not leave the log.
const Redacted = "[redacted]"

// secrets are the fields that are redacted wherever they stand.
var secrets = map[string]bool{"code_hash": true, "link_hash": true, "code_sealed": true, "content_sealed": true}

// Redact is the data of an event without its secrets: coupon codes and
// links in any form, the hash of an access token, the content of a file, and every
// image (a data URL). What was decided is else as it was stored.
func Redact(e eventstore.Recorded) (json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(e.Data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("redact event at %s: %w", e.Position, err)
	}
	category, _ := aggregates.SplitStream(e.Stream)
	redacted, err := json.Marshal(redact(category, v))
	if err != nil {
		return nil, fmt.Errorf("redact event at %s: %w", e.Position, err)
	}
	return redacted, nil
}

func redact(category string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			if secret(category, k) {
				v[k] = Redacted
			} else {
				v[k] = redact(category, inner)
			}
		}
	case []any:
		for i := range v {
			v[i] = redact(category, v[i])
		}
	case string:
		if strings.HasPrefix(v, "data:image/") {
			return Redacted
		}
	}
	return v
}

func secret(category, field string) bool {
	return secrets[field] || category == accesstoken.Model.Category && field == "hash"
}
