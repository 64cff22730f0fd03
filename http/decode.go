package http

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"aftersales/aggregates"
)

// Limits of a request's body.
const (
	maxBody  = 1 << 20 // bytes
	maxDepth = 64      // of nested objects and arrays
)

// worksheetValues is the field of a body whose names a worksheet template gives.
const worksheetValues = "values"

// inArray stands for the name of a field, which an element of an array lacks;
// no field is called so.
const inArray = "[]"

// readBody reads a JSON object of at most maxBody bytes; an empty body is {}.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return nil, aggregates.Refuse("unsupported_media_type") // what unpacks to more than it is
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, aggregates.Refuse("too_large")
	}
	if err != nil {
		return nil, malformed("", "the body did not arrive whole")
	}
	if err := received(w); err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return []byte("{}"), nil
	}
	if !utf8.Valid(body) {
		return nil, malformed("", "the body is not UTF-8")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, aggregates.Refuse("unsupported_media_type")
	}
	return body, nil
}

// decode reads one JSON object into v: no unknown fields, no field twice,
// nothing after it.
func decode(body []byte, v any) error {
	if err := wellFormed(body); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return malformed(fieldOf(wrongType.Field), "a JSON "+wrongType.Value+" stands where "+kindOf(wrongType.Type)+" belongs")
	}
	if err != nil {
		return malformed("", strings.TrimPrefix(err.Error(), "json: "))
	}
	return moments(body, reflect.TypeOf(v).Elem())
}

// fieldOf is the path of a field in the body: without the names of embedded Go
// structs, which JSON does not know.
func fieldOf(path string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(path, "."), func(name string) bool {
		return name != strings.ToLower(name)
	}), ".")
}

// kindOf says what JSON a Go type is read from.
func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice:
		return "an array"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a number"
	}
	return "a text"
}

// wellFormed walks the tokens of a JSON object for what encoding/json lets
// pass: duplicate keys, names in other case than ours (those of a worksheet's
// values are not ours), deep nesting, trailing data, and the character that
// Postgres cannot keep in a text.
func wellFormed(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	first, err := d.Token()
	if err != nil {
		return malformed("", err.Error())
	}
	if first != json.Delim('{') {
		return malformed("", "a JSON object is expected")
	}
	if err := walkObject(d, "", 1); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return malformed("", "something follows the JSON object")
	}
	return nil
}

// walkObject walks the object that is the value of the field of.
func walkObject(d *json.Decoder, of string, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return malformed("", err.Error())
		}
		name, _ := key.(string)
		switch {
		case seen[name]:
			return malformed(name, "the field stands twice")
		case of != worksheetValues && name != strings.ToLower(name):
			return malformed(name, "names of fields are in lower case")
		case strings.ContainsRune(name, 0):
			return malformed("", "a name contains the character U+0000")
		}
		seen[name] = true
		if err := walkValue(d, name, depth); err != nil {
			return err
		}
	}
	return closing(d)
}

// walkValue walks the value of the field of, which is inArray for an element.
func walkValue(d *json.Decoder, of string, depth int) error {
	t, err := d.Token()
	if err != nil {
		return malformed("", err.Error())
	}
	if text, ok := t.(string); ok && strings.ContainsRune(text, 0) {
		return malformed("", "a text contains the character U+0000")
	}
	if t == nil && of == inArray {
		return malformed("", "null stands in an array")
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	if depth >= maxDepth {
		return malformed("", fmt.Sprintf("nested deeper than %d", maxDepth))
	}
	if open == '{' {
		return walkObject(d, of, depth+1)
	}
	for d.More() {
		if err := walkValue(d, inArray, depth+1); err != nil {
			return err
		}
	}
	return closing(d)
}

func closing(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return malformed("", err.Error())
	}
	return nil
}

// malformed says what is wrong with the body, and in which field if known.
func malformed(field, reason string) error {
	if reason == io.EOF.Error() {
		reason = io.ErrUnexpectedEOF.Error()
	}
	return aggregates.Refuse("malformed", "reason", reason).On(field)
}

// contentHash is the same for the same content: method, path and the body's
// JSON, whatever its spacing and order of fields.
func contentHash(r *http.Request, body []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "", malformed("", err.Error())
	}
	canonical, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte(r.Method+" "+r.URL.Path+"\n"), canonical...))
	return hex.EncodeToString(sum[:]), nil
}
