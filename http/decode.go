package http

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
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
		return nil, malformed("", "incomplete")
	}
	if err := received(w); err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return []byte("{}"), nil
	}
	if !utf8.Valid(body) {
		return nil, malformed("", "not_utf8")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, aggregates.Refuse("unsupported_media_type")
	}
	return body, nil
}

// decode reads one JSON object into v: no unknown fields, no field twice,
// nothing after it. All values that do not fit are refused at once.
func decode(body []byte, v any) error {
	if err := wellFormed(body); err != nil {
		return err
	}
	value, err := parse(body)
	if err != nil {
		return err
	}
	if err := misfits(value, reflect.TypeOf(v).Elem()); err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return malformed("", "not_json")
	}
	return nil
}

// parse reads JSON with its numbers as they are written.
func parse(body []byte) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, malformed("", "not_json")
	}
	return value, nil
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
		return malformed("", "not_json")
	}
	if first != json.Delim('{') {
		return malformed("", "not_object")
	}
	if err := walkObject(d, "", 1); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return malformed("", "trailing_data")
	}
	return nil
}

// walkObject walks the object at a path of the body.
func walkObject(d *json.Decoder, at string, depth int) error {
	seen := map[string]bool{}
	ours := !strings.HasSuffix("."+at, "."+worksheetValues)
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return malformed("", "not_json")
		}
		name, _ := key.(string)
		path := strings.TrimPrefix(at+"."+name, ".")
		switch {
		case seen[name]:
			return malformed(path, "duplicate_field")
		case ours && name != strings.ToLower(name):
			return malformed(path, "letter_case")
		case strings.ContainsRune(name, 0):
			return malformed(at, "nul_character")
		}
		seen[name] = true
		if err := walkValue(d, path, depth); err != nil {
			return err
		}
	}
	return closing(d)
}

// walkValue walks the value at a path, which ends with "]" for an element.
func walkValue(d *json.Decoder, at string, depth int) error {
	t, err := d.Token()
	if err != nil {
		return malformed("", "not_json")
	}
	if text, ok := t.(string); ok && strings.ContainsRune(text, 0) {
		return malformed(at, "nul_character")
	}
	if t == nil && strings.HasSuffix(at, "]") {
		return malformed(at, "null_element")
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	if depth >= maxDepth {
		return malformed("", "too_deep", "most", strconv.Itoa(maxDepth))
	}
	if open == '{' {
		return walkObject(d, at, depth+1)
	}
	for i := 0; d.More(); i++ {
		if err := walkValue(d, at+"["+strconv.Itoa(i)+"]", depth+1); err != nil {
			return err
		}
	}
	return closing(d)
}

func closing(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return malformed("", "not_json")
	}
	return nil
}

// malformed says what is wrong with the body, a row of reasons.tsv with what it
// shows, and in which field if known.
func malformed(field, reason string, params ...string) error {
	return aggregates.Refuse("malformed", append([]string{"reason", reason}, params...)...).On(field)
}

// contentHash is the same for the same content: method, path and the body's
// JSON, whatever its spacing and order of fields.
func contentHash(r *http.Request, body []byte) (string, error) {
	v, err := parse(body)
	if err != nil {
		return "", err
	}
	canonical, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte(r.Method+" "+r.URL.Path+"\n"), canonical...))
	return hex.EncodeToString(sum[:]), nil
}
