package commands

import (
	"crypto/hmac"
	"encoding/hex"
)

// sealLength is how many bytes vouch for a cursor.
const sealLength = 8

// SealCursor is a place in a list as callers keep it, to go on from there later.
func (s *Secrets) SealCursor(place, list string) string {
	return place + hex.EncodeToString(s.cursorSeal(place, list))
}

// OpenCursor is the place in a cursor that SealCursor made for the same list;
// ok is false for any other text.
func (s *Secrets) OpenCursor(cursor, list string) (place string, ok bool) {
	at := len(cursor) - hex.EncodedLen(sealLength)
	if at < 0 {
		return "", false
	}
	// Compared as text: of a seal in capital letters there must not be a second form.
	want := hex.EncodeToString(s.cursorSeal(cursor[:at], list))
	return cursor[:at], hmac.Equal([]byte(cursor[at:]), []byte(want))
}

func (s *Secrets) cursorSeal(place, list string) []byte {
	return s.mac("cursor", list+"\x00"+place)[:sealLength]
}
