package commands

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates/accesstoken"
)

// Secrets keeps what must not stand readable in the log: coupon codes and the
// tokens of their share links are stored as keyed hashes, to be found by, and
// sealed, to be shown; the secrets
// of access tokens derive from the key, so that a repeated request shows the
// same token, and are stored as hashes.
type Secrets struct {
	key []byte
}

// SecretSize is the length of the master key in bytes.
const SecretSize = 32

// NewSecrets takes the installation's master key of SecretSize random bytes.
// Losing it makes coupon codes unusable; changing it does the same.
func NewSecrets(key []byte) (*Secrets, error) {
	if len(key) != SecretSize {
		return nil, fmt.Errorf("the secret key has %d bytes, not %d", len(key), SecretSize)
	}
	return &Secrets{key: key}, nil
}

func (s *Secrets) mac(purpose, text string) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(purpose + "\x00" + text))
	return h.Sum(nil)
}

// Seal encrypts a text for display later; the context it belongs to (a coupon's
// id) must be given again to open it.
func (s *Secrets) Seal(text, context string) ([]byte, error) {
	aead, err := s.aead()
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, []byte(text), []byte(context)), nil
}

// ErrSealed says that a sealed text cannot be opened with this key and context.
var ErrSealed = errors.New("the sealed text cannot be opened")

// Open decrypts what Seal made.
func (s *Secrets) Open(sealed []byte, context string) (string, error) {
	aead, err := s.aead()
	if err != nil {
		return "", err
	}
	text, err := aead.Open(nil, nil, sealed, []byte(context))
	if err != nil {
		return "", ErrSealed
	}
	return string(text), nil
}

func (s *Secrets) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.mac("seal", ""))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// The prefixes let people and scanners recognise an access token and a portal
// link.
const (
	tokenPrefix = "afs_"
	linkPrefix  = "afl_"
)

// Token is the secret text of the access token with the given id.
func (s *Secrets) Token(id uuid.UUID) string {
	return s.secretOf(tokenPrefix, "access-token", id)
}

// PortalLink is the secret text of the portal link with the given id.
func (s *Secrets) PortalLink(id uuid.UUID) string { return s.secretOf(linkPrefix, "portal-link", id) }

func (s *Secrets) secretOf(prefix, purpose string, id uuid.UUID) string {
	return prefix + base64.RawURLEncoding.EncodeToString(append(id[:], s.mac(purpose, id.String())...))
}

// idIn is the id in a secret's text; whether the secret is real is for its hash
// in the log to say.
func idIn(prefix, secret string) (uuid.UUID, bool) {
	body, ok := strings.CutPrefix(secret, prefix)
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if !ok || err != nil || len(raw) != 16+sha256.Size {
		return uuid.Nil, false
	}
	return uuid.UUID(raw[:16]), true
}

// EqualHash compares a token with the hash that the log keeps, in constant time.
func EqualHash(token, hash string) bool {
	return subtle.ConstantTimeCompare([]byte(accesstoken.Hash(token)), []byte(hash)) == 1
}

// EqualTokens compares two tokens in constant time; an empty one equals none.
func EqualTokens(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(accesstoken.Hash(a)), []byte(accesstoken.Hash(b))) == 1
}
