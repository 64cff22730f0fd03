package check_test

import (
	"errors"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

func TestAllFieldErrorsOfAStageAreAnsweredAtOnce(t *testing.T) {
	var fields check.Fields
	fields.Required("name", " \t")
	fields.Required("code", "INV")
	fields.Refuse(true, "lines[2].quantity", "quantity_precision", "digits", "2")
	var bad aggregates.Refusals
	if !errors.As(fields.Err(), &bad) || len(bad) != 2 {
		t.Fatalf("got %v", fields.Err())
	}
	if got, want := bad.Error(), "required on name; quantity_precision on lines[2].quantity digits=2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTextsHaveALength(t *testing.T) {
	for text, want := range map[string]string{"": "", "قطعه": "", "قطعهٔ": "too_long on notes max=4"} {
		var fields check.Fields
		fields.Within(4, "notes", text)
		if err := fields.Err(); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestNothingBrokenIsNoError(t *testing.T) {
	var fields check.Fields
	fields.Refuse(false, "name", "required")
	if err := fields.Err(); err != nil {
		t.Error(err)
	}
}

func TestOnlyAPNGOrJPEGIsAPicture(t *testing.T) {
	for url, want := range map[string]bool{
		"data:image/png;base64,iVBORw0KGgo=":  true,
		"data:image/jpeg;base64,/9j/4AAQ":     true,
		"data:image/jpeg;base64,iVBORw0KGgo=": false,
		"data:image/gif;base64,R0lGODlh":      false,
		"data:image/png;base64,iVBORw0KGgo":   false,
		"iVBORw0KGgo=":                        false,
		"data:image/png;base64,":              false,
		"no photo":                            false,
	} {
		if got := check.Picture(url); got != want {
			t.Errorf("%q: got %v, want %v", url, got, want)
		}
	}
}

func TestOnlyAPlainAddressIsAnEmail(t *testing.T) {
	for s, want := range map[string]bool{
		"a@example.com":             true,
		"a.b+c@sub.example.com":     true,
		"":                          false,
		"a":                         false,
		"a@":                        false,
		"A <a@example.com>":         false,
		"<a@example.com>":           false,
		"a@example.com, b@x.org":    false,
		"a@example.com\r\nBcc: b@x": false,
		" a@example.com":            false,
	} {
		if got := check.Email(s); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}
