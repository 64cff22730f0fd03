package projections

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJSONLosesNothingButTheNullCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune{0, '\\', 'u', '0', '"', 'é', '\n', 'a'})).Draw(t, "text")
		data, err := json.Marshal([]string{text})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		if err := json.Unmarshal(JSON(data), &got); err != nil {
			t.Fatalf("%s: %v", JSON(data), err)
		}
		if want := strings.ReplaceAll(text, "\x00", "\uFFFD"); got[0] != want || Text(text) != want {
			t.Fatalf("%q became %q and %q, want %q", text, got[0], Text(text), want)
		}
	})
}
