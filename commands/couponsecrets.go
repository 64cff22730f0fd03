package commands

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"
)

// crockford is Crockford's base 32: no I, L, O or U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// A code, which people type, has 16 letters of 5 random bits: 80. The token of
// a share link, which nobody types, has 26: 130.
const (
	codeLength      = 16
	linkTokenLength = 26
)

// CouponSecrets are worth a coupon to whoever knows them: its Code, and the
// token of its share Link. The link opens nothing before it is shared.
type CouponSecrets struct{ Code, Link string }

// newCouponSecrets draws a code like "7Q2K-M8ZD-0V4T-XH3P" and a token. Neither
// tells anything about the other.
func newCouponSecrets(random io.Reader) (CouponSecrets, error) {
	letters, err := drawLetters(random, codeLength+linkTokenLength)
	if err != nil {
		return CouponSecrets{}, fmt.Errorf("draw a coupon code: %w", err)
	}
	var groups []string
	for at := 0; at < codeLength; at += 4 {
		groups = append(groups, letters[at:at+4])
	}
	return CouponSecrets{Code: strings.Join(groups, "-"), Link: letters[codeLength:]}, nil
}

// drawLetters draws n letters, all of the alphabet alike: it divides 256.
func drawLetters(random io.Reader, n int) (string, error) {
	letters := make([]byte, n)
	if _, err := io.ReadFull(random, letters); err != nil {
		return "", err
	}
	for i, b := range letters {
		letters[i] = crockford[int(b)%len(crockford)]
	}
	return string(letters), nil
}

// hint is the part of the code that may be shown to anybody.
func (c CouponSecrets) hint() string { return "••••-" + c.Code[len(c.Code)-4:] }

// normalCode is a code as typed, in the form that is hashed: upper case,
// without separators, with the letters people mistake put right.
func normalCode(code string) string {
	return strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
}

// HashCode is the keyed hash that a coupon is found by, in hexadecimal.
func (s *Secrets) HashCode(code string) string {
	return hex.EncodeToString(s.mac("coupon-code", normalCode(code)))
}

// HashLink is the keyed hash that a share link's coupon is found by, in
// hexadecimal. Tokens are taken as they are, since nobody types them.
func (s *Secrets) HashLink(token string) string {
	return hex.EncodeToString(s.mac("coupon-link", token))
}

// SealCoupon encrypts the secrets of a coupon for display later.
func (s *Secrets) SealCoupon(c CouponSecrets, coupon uuid.UUID) ([]byte, error) {
	return s.Seal(c.Code+" "+c.Link, coupon.String())
}

// OpenCoupon decrypts what SealCoupon made for that coupon, or is ErrSealed.
func (s *Secrets) OpenCoupon(sealed []byte, coupon uuid.UUID) (CouponSecrets, error) {
	text, err := s.Open(sealed, coupon.String())
	code, link, _ := strings.Cut(text, " ")
	return CouponSecrets{Code: code, Link: link}, err
}
