package http

import (
	_ "embed"
	"fmt"
	"strings"
)

// reasonsTSV tells in English and Persian what is wrong with a malformed body, by
// the parameter "reason" of the refusal.
//
//go:embed reasons.tsv
var reasonsTSV string

var reasons = parseReasons(reasonsTSV)

func parseReasons(tsv string) map[string]message {
	lines := strings.Split(strings.TrimSpace(tsv), "\n")
	m := make(map[string]message, len(lines))
	for _, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			panic(fmt.Sprintf("reasons.tsv: %q", line))
		}
		m[f[0]] = message{text: map[string]string{"en": f[1], "fa": f[2]}}
	}
	return m
}
