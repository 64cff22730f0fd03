package commands

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/google/uuid"
)

// filePrefix lets people and scanners recognise the address of a file.
const filePrefix = "afa_"

// File is the secret text that opens one file for the bearer of a portal link,
// and nothing else: who passes it on does not pass on the link. It stands in no
// log, since both ids and the master key make it again.
func (s *Secrets) File(link, file uuid.UUID) string {
	ids := append(link[:], file[:]...)
	return filePrefix + base64.RawURLEncoding.EncodeToString(append(ids, s.mac("attachment", string(ids))...))
}

// fileIn are the link and the file of a secret that File made.
func (s *Secrets) fileIn(secret string) (link, file uuid.UUID, ok bool) {
	body, ok := strings.CutPrefix(secret, filePrefix)
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if !ok || err != nil || len(raw) != 32+sha256.Size || !hmac.Equal(raw[32:], s.mac("attachment", string(raw[:32]))) {
		return uuid.Nil, uuid.Nil, false
	}
	return uuid.UUID(raw[:16]), uuid.UUID(raw[16:32]), true
}
