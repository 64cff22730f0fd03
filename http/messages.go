package http

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// messagesTSV is the catalogue of every code that the program answers, with its
// HTTP status and its text in English and Persian (domain.md 3.8 and our own).
//
//go:embed messages.tsv
var messagesTSV string

// message is one row of the catalogue.
type message struct {
	status int
	text   map[string]string // by language, en and fa
}

var messages = parseMessages(messagesTSV)

func parseMessages(tsv string) map[string]message {
	lines := strings.Split(strings.TrimSpace(tsv), "\n")
	m := make(map[string]message, len(lines))
	for _, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 4 {
			panic(fmt.Sprintf("messages.tsv: %q", line))
		}
		status, err := strconv.Atoi(f[1])
		if err != nil {
			panic(fmt.Sprintf("messages.tsv: %q", line))
		}
		m[f[0]] = message{status: status, text: map[string]string{"en": f[2], "fa": f[3]}}
	}
	return m
}

// say is the text of a code in a language, with {name} replaced by params, and
// {reason} by the text of a reason that has one.
func (m message) say(language string, params map[string]string) string {
	text := m.text[language]
	if reason, ok := reasons[params["reason"]]; ok {
		text = strings.ReplaceAll(text, "{reason}", reason.text[language])
	}
	for k, v := range params {
		text = strings.ReplaceAll(text, "{"+k+"}", v)
	}
	return text
}

// languages are what the messages are written in, English where nothing matches.
var languages = language.NewMatcher([]language.Tag{language.English, language.Persian})

// languageOf picks fa or en from an Accept-Language header.
func languageOf(header string) string {
	tag, _ := language.MatchStrings(languages, header)
	base, _ := tag.Base()
	return base.String()
}
