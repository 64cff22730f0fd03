package check

import (
	"slices"
	"strings"
)

// persian writes what Arabic keyboards enter with the letters of Persian
// (domain.md 7).
var persian = strings.NewReplacer("ي", "ی", "ك", "ک")

// Tags are the tags trimmed and in the letters of Persian, without empty ones
// and those that differ from an earlier one in case alone, in their order (P-10).
func Tags(tags []string) []string {
	var out []string
	for _, t := range tags {
		t = persian.Replace(strings.TrimSpace(t))
		same := func(known string) bool { return strings.EqualFold(known, t) }
		if t != "" && !slices.ContainsFunc(out, same) {
			out = append(out, t)
		}
	}
	return out
}
