package http

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/commands"
	"aftersales/eventstore"
)

// OIDC accepts access tokens (JWT, RFC 9068) of one OpenID provider as bearer
// tokens. What the bearer may do stands in their claims aftersales_roles,
// aftersales_teams and aftersales_customer, as in a token of our own.
type OIDC struct {
	Issuer   string   // as in the claim iss; its configuration is found below it
	Audience string   // that the claim aud must contain: this API
	Clients  []string // that azp or client_id must be one of; empty: any
	Type     string   // that the header typ must be; "": at+jwt (RFC 9068)
	Now      func() time.Time
	Client   *http.Client // nil: one with a time limit

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier
}

// longestJWT is more than providers make, in bytes.
const longestJWT = 16 << 10

// Algorithms of signatures that only the provider can make: none of those
// whose key we would share.
var signingAlgorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// oidcClaims are the claims that matter here beside those that the library checks.
type oidcClaims struct {
	Subject  string             `json:"sub"`
	Party    string             `json:"azp"`
	ClientID string             `json:"client_id"`
	Roles    []accesstoken.Role `json:"aftersales_roles"`
	Teams    []uuid.UUID        `json:"aftersales_teams"`
	Customer uuid.UUID          `json:"aftersales_customer"`
}

// authenticate answers who the bearer is, and when the token was issued, zero
// when it does not say. Refusals: unauthenticated for every fault of the token,
// forbidden for rights that no token of ours could have. ErrUnavailable: the
// provider cannot be asked for its keys.
func (o *OIDC) authenticate(ctx context.Context, token string) (commands.Principal, time.Time, error) {
	refused := aggregates.Refuse("unauthenticated")
	if len(token) > longestJWT || !o.typed(token) {
		return commands.Principal{}, time.Time{}, refused
	}
	verifier, err := o.ready(ctx)
	if err != nil {
		return commands.Principal{}, time.Time{}, errors.Join(eventstore.ErrUnavailable, err)
	}
	var unfetched error
	verified, err := verifier.Verify(context.WithValue(ctx, unfetchedKey, &unfetched), token)
	if unfetched != nil {
		return commands.Principal{}, time.Time{}, errors.Join(eventstore.ErrUnavailable, unfetched)
	}
	if err != nil {
		return commands.Principal{}, time.Time{}, refused
	}
	var c oidcClaims
	if err := verified.Claims(&c); err != nil || c.Subject == "" {
		return commands.Principal{}, time.Time{}, refused
	}
	if len(o.Clients) > 0 && !slices.Contains(o.Clients, c.Party) && (c.Party != "" || !slices.Contains(o.Clients, c.ClientID)) {
		return commands.Principal{}, time.Time{}, refused
	}
	p, err := c.principal()
	return p, verified.IssuedAt, err
}

// principal is what the claims grant. The actor has a prefix that no token of
// our own can be issued with, so that nobody speaks for another. One role that
// is not known refuses all of them: what the provider meant is not ours to guess.
func (c oidcClaims) principal() (commands.Principal, error) {
	roles := c.Roles
	unknown := slices.ContainsFunc(roles, func(r accesstoken.Role) bool { return !r.Known() })
	if len(roles) == 0 || unknown || !accesstoken.Consistent(roles, c.Customer) {
		return commands.Principal{}, aggregates.Refuse("forbidden")
	}
	channel := "agent"
	if c.Customer != uuid.Nil {
		channel = "portal"
	}
	return commands.Principal{
		Actor: aggregates.Actor{ID: accesstoken.OIDCPrefix + c.Subject, Role: string(roles[0]), Channel: channel},
		Roles: roles, Teams: c.Teams, Customer: c.Customer,
	}, nil
}

// typed says whether the token's header is that of an access token and brings
// no key of its own.
func (o *OIDC) typed(token string) bool {
	first, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(first)
	var header map[string]any
	if err != nil || json.Unmarshal(raw, &header) != nil {
		return false
	}
	for _, name := range []string{"jku", "jwk", "x5u", "x5c", "crit"} {
		if _, brought := header[name]; brought {
			return false
		}
	}
	want := o.Type
	if want == "" {
		want = "at+jwt"
	}
	typ, _ := header["typ"].(string)
	return strings.EqualFold(strings.TrimPrefix(strings.ToLower(typ), "application/"), want)
}

// ready asks the provider for its configuration once; its keys are asked for
// again when a token names one that is not known.
func (o *OIDC) ready(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.verifier != nil {
		return o.verifier, nil
	}
	client := o.Client
	if client == nil {
		client = &http.Client{Timeout: 5 * time.Second}
	}
	// The provider keeps this context for its later requests.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), client)
	provider, err := oidc.NewProvider(ctx, o.Issuer)
	if err != nil {
		return nil, err
	}
	var found struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&found); err != nil {
		return nil, err
	}
	o.verifier = oidc.NewVerifier(o.Issuer, keySet{oidc.NewRemoteKeySet(ctx, found.Keys)},
		&oidc.Config{ClientID: o.Audience, SupportedSigningAlgs: signingAlgorithms, Now: o.Now})
	return o.verifier, nil
}

// keySet are the provider's keys. The verifier does not tell a signature that is
// wrong from keys that could not be fetched: these are noted where the context
// says.
type keySet struct{ remote oidc.KeySet }

// VerifySignature fetches keys when it knows none that fits.
func (k keySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.remote.VerifySignature(ctx, jwt)
	if noted, ok := ctx.Value(unfetchedKey).(*error); ok && errors.Unwrap(err) != nil { // a verdict has no cause
		*noted = err
	}
	return payload, err
}
