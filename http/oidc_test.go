package http_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"
	"github.com/google/uuid"

	api "aftersales/http"
)

// issuer is an OpenID provider in this process, with the keys it signs with.
type issuer struct {
	t    testing.TB
	url  string
	rsa  *rsa.PrivateKey
	lock sync.Mutex
	oidc oidctest.Server
	down string // the beginning of the paths that are out of order
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	i := &issuer{t: t}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.lock.Lock()
		defer i.lock.Unlock()
		if i.down != "" && strings.HasPrefix(r.URL.Path, i.down) {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		i.oidc.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	i.url = server.URL
	i.oidc.SetIssuer(i.url)
	i.rotate("key-1")
	return i
}

// rotate makes a new key the only one.
func (i *issuer) rotate(kid string) {
	i.lock.Lock()
	defer i.lock.Unlock()
	i.rsa = must(rsa.GenerateKey(rand.Reader, 2048))(i.t)
	i.oidc.PublicKeys = []oidctest.PublicKey{{PublicKey: i.rsa.Public(), KeyID: kid, Algorithm: "RS256"}}
}

func (i *issuer) header(change m) m {
	h := m{"alg": "RS256", "typ": "at+jwt", "kid": "key-1"}
	maps.Copy(h, change)
	return h
}

// claims are those of an agent; a change to nil leaves the claim out.
func (i *issuer) claims(change m) m {
	now := time.Now()
	c := m{
		"iss": i.url, "aud": "aftersales", "sub": "agent-7", "azp": "desk", "client_id": "desk",
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "aftersales_roles": []string{"agent"},
	}
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// unsigned is the part of a token that is signed.
func unsigned(t testing.TB, header, claims any) string {
	t.Helper()
	encode := func(v any) string {
		return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))(t))
	}
	return encode(header) + "." + encode(claims)
}

func (i *issuer) sign(header, claims any) string {
	text := unsigned(i.t, header, claims)
	sum := sha256.Sum256([]byte(text))
	sig := must(rsa.SignPKCS1v15(nil, i.rsa, crypto.SHA256, sum[:]))(i.t)
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

func (i *issuer) trusted(s *service) {
	s.configure = func(c *api.Config) {
		c.OIDC = &api.OIDC{Issuer: i.url, Audience: "aftersales", Clients: []string{"desk"}}
	}
}

// A token of the provider is as good as one of ours (C1); its bearer is another
// actor than whoever has that name here.
func TestTokensOfAnOpenIDProvider(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	s := furnished(t, i.trusted)
	good := i.sign(i.header(nil), i.claims(nil))
	made := s.post(on("ticket", "repairs"), nil, as(good))
	s.get("/v1/audit/events?type=repair-created", since(made)).shows(map[string]string{
		"items.0.actor.id": "oidc:agent-7", "items.0.actor.role": "agent",
	})
	s.send(http.MethodPost, "/v1/teams", m{"name": "Mine"}, as(good)).refused(403, "forbidden")
	s.send(http.MethodPost, "/v1/access-tokens", m{"actor": "oidc:agent-7", "roles": []string{"agent"}}).refused(422, "invalid_value")

	portal := i.sign(i.header(nil), i.claims(m{"sub": "c", "aftersales_roles": []string{"customer"}, "aftersales_customer": id("customer")}))
	s.get("/v1/portal/tickets", as(portal))
	s.send(http.MethodGet, "/v1/tickets", nil, as(portal)).refused(404, "not_found")

	// Keys are rotated without a restart.
	i.rotate("key-2")
	s.get("/v1/tickets", as(i.sign(i.header(m{"kid": "key-2"}), i.claims(nil))))
	s.send(http.MethodGet, "/v1/tickets", nil, as(i.sign(i.header(nil), i.claims(nil)))).refused(401, "unauthenticated")
}

// TestJWTMatrix (C1): tokens that are not what they seem.
func TestJWTMatrix(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	s := newService(t, i.trusted)
	s.get("/v1/teams", as(i.sign(i.header(nil), i.claims(nil))))
	now := time.Now()
	claim := func(change m) string { return i.sign(i.header(nil), i.claims(change)) }
	header := func(change m) string { return i.sign(i.header(change), i.claims(nil)) }
	hmacWith := func(alg string, secret []byte) string {
		text := unsigned(t, i.header(m{"alg": alg}), i.claims(nil))
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(text))
		return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	public := must(x509.MarshalPKIXPublicKey(i.rsa.Public()))(t)
	good := claim(nil)
	parts := strings.Split(good, ".")
	stranger := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	foreign := &issuer{t: t, url: i.url, rsa: stranger}
	other := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	ecdsaText := unsigned(t, i.header(m{"alg": "ES256"}), i.claims(nil))
	ecdsaSum := sha256.Sum256([]byte(ecdsaText))
	jwk := m{"kty": "RSA", "n": base64.RawURLEncoding.EncodeToString(stranger.N.Bytes()), "e": "AQAB"}

	for name, token := range map[string]string{
		"alg none":                   unsigned(t, i.header(m{"alg": "none"}), i.claims(nil)) + ".",
		"alg None":                   unsigned(t, i.header(m{"alg": "None"}), i.claims(nil)) + ".",
		"alg none, signed":           header(m{"alg": "none"}),
		"no alg":                     header(m{"alg": ""}),
		"unknown alg":                header(m{"alg": "XX99"}),
		"HS256 with the public key":  hmacWith("HS256", public),
		"HS512 named, HS256 made":    hmacWith("HS512", public),
		"HS256 without a secret":     hmacWith("HS256", nil),
		"PS256 named, RS256 made":    header(m{"alg": "PS256"}),
		"ES256 by another key":       ecdsaText + "." + base64.RawURLEncoding.EncodeToString(must(ecdsa.SignASN1(rand.Reader, other, ecdsaSum[:]))(t)),
		"another's key":              foreign.sign(i.header(nil), i.claims(nil)),
		"another's key, its jwk":     foreign.sign(i.header(m{"jwk": jwk}), i.claims(nil)),
		"jwk":                        header(m{"jwk": jwk}),
		"jku":                        header(m{"jku": i.url + "/keys"}),
		"x5u":                        header(m{"x5u": i.url}),
		"x5c":                        header(m{"x5c": []string{"AAAA"}}),
		"crit":                       header(m{"crit": []string{"exp"}}),
		"unknown kid":                header(m{"kid": "nobody's"}),
		"kid that is a path":         header(m{"kid": "../../../../dev/null"}),
		"typ of an ID token":         header(m{"typ": "JWT"}),
		"no typ":                     header(m{"typ": ""}),
		"typ that is a number":       header(m{"typ": 1}),
		"other issuer":               claim(m{"iss": "https://elsewhere.example"}),
		"issuer with a slash":        claim(m{"iss": i.url + "/"}),
		"no issuer":                  claim(m{"iss": nil}),
		"other audience":             claim(m{"aud": "another"}),
		"audience that begins alike": claim(m{"aud": "aftersales-test"}),
		"no audience":                claim(m{"aud": nil}),
		"empty audiences":            claim(m{"aud": []string{}}),
		"ID token of a client":       claim(m{"aud": "desk", "nonce": "n"}),
		"other party":                claim(m{"azp": "evil"}),
		"other client":               claim(m{"azp": nil, "client_id": "evil"}),
		"neither party nor client":   claim(m{"azp": nil, "client_id": nil}),
		"expired":                    claim(m{"exp": now.Add(-time.Second).Unix()}),
		"expired long ago":           claim(m{"exp": 1}),
		"no expiry":                  claim(m{"exp": nil}),
		"expiry that is a text":      claim(m{"exp": "tomorrow"}),
		"negative expiry":            claim(m{"exp": -1}),
		"not yet valid":              claim(m{"nbf": now.Add(time.Hour).Unix()}),
		"no subject":                 claim(m{"sub": nil}),
		"subject that is a number":   claim(m{"sub": 7}),
		"roles that are a text":      claim(m{"aftersales_roles": "admin"}),
		"team that is no id":         claim(m{"aftersales_teams": []string{"x"}}),
		"changed claims":             parts[0] + "." + strings.Split(claim(m{"aftersales_roles": []string{"admin"}}), ".")[1] + "." + parts[2],
		"changed header":             strings.Split(header(m{"kid": "key-1", "x": 1}), ".")[0] + "." + parts[1] + "." + parts[2],
		"cut signature":              good[:len(good)-8],
		"no signature":               parts[0] + "." + parts[1] + ".",
		"no claims":                  parts[0] + ".." + parts[2],
		"no header":                  "." + parts[1] + "." + parts[2],
		"claims that are no object":  i.sign(i.header(nil), "text"),
		"header that is no object":   i.sign("text", i.claims(nil)),
		"10,000 dots":                strings.Repeat(".", 10_000),
		"two tokens":                 good + "." + good,
		"dots only":                  "..",
		"a long token":               claim(m{"x": strings.Repeat("x", 20_000)}),
		"standard base64":            strings.ReplaceAll(strings.ReplaceAll(good, "-", "+"), "_", "/") + "=",
	} {
		if a := s.send(http.MethodGet, "/v1/teams", nil, as(token)); a.status != 401 || a.text("code") != "unauthenticated" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	for name, change := range map[string]m{
		"no roles":                 {"aftersales_roles": nil},
		"a role not ours":          {"aftersales_roles": []string{"root"}},
		"a role of ours beside it": {"aftersales_roles": []string{"agent", "root"}},
		"a role in capitals":       {"aftersales_roles": []string{"Agent"}},
		"an empty role":            {"aftersales_roles": []string{""}},
		"an empty list of roles":   {"aftersales_roles": []string{}},
		"a customer without one":   {"aftersales_roles": []string{"customer"}},
		"an agent with a customer": {"aftersales_customer": uuid.New()},
		"a customer with rights":   {"aftersales_roles": []string{"customer", "admin"}, "aftersales_customer": uuid.New()},
	} {
		if a := s.send(http.MethodGet, "/v1/teams", nil, as(claim(change))); a.status != 403 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

// A provider that cannot be reached is no verdict on the token.
func TestAnOpenIDProviderThatIsDown(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	token := i.sign(i.header(nil), i.claims(nil))
	gone := httptest.NewServer(nil)
	gone.Close()
	s := newService(t, func(s *service) {
		s.configure = func(c *api.Config) { c.OIDC = &api.OIDC{Issuer: gone.URL, Audience: "aftersales"} }
	})
	s.send(http.MethodGet, "/v1/teams", nil, as(token)).refused(503, "unavailable")
	s.get("/v1/teams")

	// Nor is one that told where its keys are, but not the keys; a token that is
	// expired or was signed with a key that is known has its verdict.
	s = newService(t, i.trusted)
	disable := func(path string) { i.lock.Lock(); defer i.lock.Unlock(); i.down = path }
	disable("/keys")
	s.send(http.MethodGet, "/v1/teams", nil, as(token)).refused(503, "unavailable")
	disable("")
	s.get("/v1/teams", as(token))
	disable("/")
	s.get("/v1/teams", as(token))
	s.send(http.MethodGet, "/v1/teams", nil, as(i.sign(i.header(nil), i.claims(m{"exp": 1})))).refused(401, "unauthenticated")
	i.rotate("key-2")
	s.send(http.MethodGet, "/v1/teams", nil, as(i.sign(i.header(m{"kid": "key-2"}), i.claims(nil)))).refused(503, "unavailable")
}
