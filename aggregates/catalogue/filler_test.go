package catalogue_test

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// filled is a value of the type without a zero anywhere in it. It depends on
// nothing but the type, the names of its fields and the seed, so that the same
// field of two events with one seed holds the same id.
func filled(t reflect.Type, seed string) any {
	v := reflect.New(t).Elem()
	fill(v, seed, "")
	return v.Interface()
}

func fill(v reflect.Value, seed, path string) {
	n := int64(crc32.ChecksumIEEE([]byte(seed+path))%900 + 100)
	switch v.Interface().(type) {
	case uuid.UUID:
		v.Set(reflect.ValueOf(aggregates.DeriveID("example", seed, path)))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 3, 20, 20, 29, int(n%60), 0, time.UTC)))
		return
	case aggregates.Date:
		v.SetString(fmt.Sprintf("2026-03-%02d", n%28+1))
		return
	case aggregates.Currency:
		v.SetString("EUR")
		return
	case aggregates.Decimal:
		v.SetInt(n*10_000 + 500)
		return
	case json.RawMessage:
		v.SetBytes(fmt.Appendf(nil, `{"example":%d}`, n))
		return
	}
	switch v.Kind() {
	case reflect.Interface: // a text, then a number that a float would spoil
		v.Set(reflect.ValueOf("text" + seed))
		if strings.HasSuffix(path, "[1]") {
			v.Set(reflect.ValueOf(json.Number("1.50")))
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(strings.TrimSpace(path[strings.LastIndex(path, ".")+1:] + " " + seed))
	case reflect.Int, reflect.Int64:
		v.SetInt(n)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(uint64(n%200 + 1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), seed, path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), seed, fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for i := range 2 {
			at := fmt.Sprintf("%s[%d]", path, i)
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, seed, at)
			fill(value, seed, at)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			at := path
			if f := v.Type().Field(i); !f.Anonymous {
				at += "." + fieldName(f)
			}
			fill(v.Field(i), seed, at)
		}
	default:
		panic(fmt.Sprintf("%s: no example of a %s", path, v.Type()))
	}
}

// zeros are the paths below v that hold a zero value; an empty list is one.
func zeros(v reflect.Value, path string) []string {
	var found []string
	switch {
	case v.Kind() == reflect.Struct && v.NumField() == 0:
	case v.IsZero():
		found = append(found, path)
	case v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface:
		found = zeros(v.Elem(), path)
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Map:
		if v.Len() == 0 {
			found = append(found, path)
		}
		for i, e := range v.Seq2() {
			found = append(found, zeros(e, fmt.Sprintf("%s[%v]", path, i))...)
		}
	case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]():
		for i := range v.NumField() {
			found = append(found, zeros(v.Field(i), path+"."+fieldName(v.Type().Field(i)))...)
		}
	}
	return found
}

// fieldName is the field's name in JSON, its Go name without one.
func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		name = f.Name
	}
	return name
}
