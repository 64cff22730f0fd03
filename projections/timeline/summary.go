package timeline

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"aftersales/aggregates"
)

// summariesTSV has a line for every event type: its text in English and in
// Persian. {document} stands for the number of the document whose stream it is,
// any other {name} for that field of the event's data. A line of "type+field" takes
// the place of the type's for an event that has the field.
//
//go:embed summaries.tsv
var summariesTSV string

var (
	summaries = parseSummaries(summariesTSV)
	named     = regexp.MustCompile(`\{\w+\}`)
)

// parseSummaries maps types to texts by language.
func parseSummaries(tsv string) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(tsv), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			panic(fmt.Sprintf("summaries.tsv: %q", line))
		}
		all[f[0]] = map[string]string{"en": f[1], "fa": f[2]}
	}
	return all
}

// unknown stands where an event says nothing.
const unknown = "–"

// Summary tells in a line what happened, in a language (en or fa): the text of
// the event type with the values of its redacted data. Number is that of the
// document whose stream it is; without one the beginning of its id serves.
// English serves for other languages, and its name for a type of a later version
// of the program.
func Summary(language, stream, kind string, data json.RawMessage, number string) string {
	var fields map[string]any
	_ = json.Unmarshal(data, &fields) // data of another shape has no fields to tell
	texts := summaries[kind]
	for name, value := range fields {
		if with, ok := summaries[kind+"+"+name]; ok && value != "" {
			texts = with
		}
	}
	text := cmp.Or(texts[language], texts["en"], kind)
	return named.ReplaceAllStringFunc(text, func(place string) string {
		name := strings.Trim(place, "{}")
		if name == "document" {
			return documentName(stream, number)
		}
		switch v := fields[name].(type) {
		case string:
			if v != "" {
				return v
			}
		case float64:
			return fmt.Sprint(v)
		}
		return unknown
	})
}

func documentName(stream, number string) string {
	if number != "" {
		return number
	}
	_, key := aggregates.SplitStream(stream)
	return key[:min(8, len(key))]
}
