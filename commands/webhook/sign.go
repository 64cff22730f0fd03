package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The prefixes of the specification for Ed25519 keys.
const (
	privatePrefix = "whsk_"
	publicPrefix  = "whpk_"
)

// KeyTexts are the two halves of an Ed25519 key as the specification writes
// them: the private one signs, the public one is for the receiver.
func KeyTexts(k ed25519.PrivateKey) (private, public string) {
	encode := base64.StdEncoding.EncodeToString
	return privatePrefix + encode(k), publicPrefix + encode(k.Public().(ed25519.PublicKey))
}

// sign is the header with a signature of each key, in their order: "v1" of a
// secret that is shared, "v1a" of an Ed25519 key.
func sign(keys []string, id string, now time.Time, body []byte) (string, error) {
	var all []string
	for _, key := range keys {
		one := signShared
		if strings.HasPrefix(key, privatePrefix) {
			one = signEd25519
		}
		signature, err := one(key, id, now, body)
		if err != nil {
			return "", err
		}
		all = append(all, signature)
	}
	return strings.Join(all, " "), nil
}

func signShared(key, id string, now time.Time, body []byte) (string, error) {
	w, err := standardwebhooks.NewWebhook(key)
	if err != nil {
		return "", err
	}
	return w.Sign(id, now, body)
}

// signEd25519 signs what signShared signs; the specification's Go library has
// no v1a.
func signEd25519(key, id string, now time.Time, body []byte) (string, error) {
	private, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, privatePrefix))
	if err != nil || len(private) != ed25519.PrivateKeySize {
		return "", fmt.Errorf("the Ed25519 key of %d bytes is not valid", len(private))
	}
	signature := ed25519.Sign(private, fmt.Appendf(nil, "%s.%d.%s", id, now.Unix(), body))
	return "v1a," + base64.StdEncoding.EncodeToString(signature), nil
}
