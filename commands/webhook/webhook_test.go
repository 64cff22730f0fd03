package webhook_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"aftersales/commands/webhook"
)

var message = webhook.Message{
	ID: uuid.MustParse("dd1c3a10-0000-4000-8000-000000000003"), Type: "ticket-opened",
	RecordedAt: time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC), Data: map[string]any{"ticket": "t"},
}

// sent is when messages are sent.
var sent = time.Date(2026, 3, 20, 12, 0, 5, 0, time.UTC)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// canary counts who connects to it, on every loopback address and port.
func canary(t *testing.T) (port string, connections *atomic.Int64) {
	t.Helper()
	connections = new(atomic.Int64)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	server.Listener.Close()
	server.Listener = l
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	_, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, connections
}

// notPublic is what a sender says of an address that it would not connect to.
const notPublic = "the address is not public"

// neither is what it says of what is no address, or no name.
var neither = []string{"the address is not valid", "the name is not known"}

// TestSSRF (C15): whatever an address looks like, nothing inside the network is
// connected to, and it is the guard that keeps it so. Names lead to 127.0.0.1.
func TestSSRF(t *testing.T) {
	port, connections := canary(t)
	hosts := []string{
		// loopback
		"127.0.0.1", "127.0.0.2", "127.1.1.1", "127.255.255.254", "localhost", "LOCALHOST", "localhost.", "[::1]", "[0:0:0:0:0:0:0:1]", "[::0001]",
		// written otherwise
		"127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "017700000001", "0177.0.0.1", "0177.0.0.01", "127.0.0.1.", "127.000.000.001",
		"0", "0.0.0.0", "0.0.0.1", "[::]", "[0::0]", "%31%32%37.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1",
		// v4 in v6
		"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001::7f00:1]",
		// private, link-local, metadata, carriers, tests, multicast
		"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255",
		"192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fe80::1%25lo]", "[ff02::1]", "[::ffff:169.254.169.254]", "[::ffff:10.0.0.1]", "[2001:db8::1]", "[100::1]",
		// a user that looks like the host
		"erp.example@127.0.0.1", "127.0.0.1:1@127.0.0.1", "erp.example%00@127.0.0.1", "erp.example\\@127.0.0.1", "erp.example#@127.0.0.1",
	}
	sender := webhook.NewSenderWith(false, webhook.Resolver(t, "127.0.0.1"))
	for _, host := range hosts {
		for _, scheme := range []string{"http", "https"} {
			address := fmt.Sprintf("%s://%s:%s/hook", scheme, host, port)
			if strings.HasSuffix(host, "#@127.0.0.1") {
				address = scheme + "://127.0.0.1:" + port + "#@" + host
			}
			status, err := sender.Send(t.Context(), address, []string{secret}, message, sent)
			literal := net.ParseIP(strings.Trim(host, "[]")) != nil
			if err == nil || err.Error() != notPublic && (literal || !slices.Contains(neither, err.Error())) {
				t.Errorf("%s: %d, %v", address, status, err)
			}
		}
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections reached the inside", n)
	}
	if len(hosts) < 60 {
		t.Errorf("only %d forms", len(hosts))
	}
	if _, err := webhook.NewSender(true).Send(t.Context(), "http://127.0.0.1:"+port, []string{secret}, message, sent); err != nil || connections.Load() == 0 {
		t.Errorf("the canary does not sing: %v", err)
	}
}

// A name that led outside when somebody looked, and leads inside when it is
// connected to, is not connected to (C15).
func TestSSRFByRebinding(t *testing.T) {
	port, connections := canary(t)
	for _, insecure := range []bool{false, true} {
		resolver := webhook.Resolver(t, "93.184.215.14", "127.0.0.1")
		if looked, err := resolver.LookupHost(t.Context(), "hooks.example"); err != nil || looked[0] != "93.184.215.14" {
			t.Fatalf("%v, %v", looked, err)
		}
		_, err := webhook.NewSenderWith(insecure, resolver).Send(t.Context(), "http://hooks.example:"+port, []string{secret}, message, sent)
		switch {
		case insecure && (err != nil || connections.Load() != 1):
			t.Errorf("without the guard: %v, %d connections", err, connections.Load())
		case !insecure && (err == nil || err.Error() != notPublic || connections.Load() != 0):
			t.Errorf("%v, %d connections", err, connections.Load())
		}
	}
}

// What goes wrong is told without the address, which may hold a secret, and
// without what the network inside is like.
func TestErrorsDoNotTellTheAddress(t *testing.T) {
	port, _ := canary(t)
	_, inside := webhook.NewSender(false).Send(t.Context(), "http://127.0.0.1:"+port+"/secret", []string{secret}, message, sent)
	_, closed := webhook.NewSender(false).Send(t.Context(), "http://127.0.0.1:1/secret", []string{secret}, message, sent)
	if inside == nil || closed == nil || inside.Error() != closed.Error() || strings.Contains(inside.Error(), "secret") {
		t.Errorf("%v, %v", inside, closed)
	}
}

// A redirection is not followed, and takes no message.
func TestARedirectionIsNotFollowed(t *testing.T) {
	port, connections := canary(t)
	server := httptest.NewServer(http.RedirectHandler("http://127.0.0.1:"+port, http.StatusTemporaryRedirect))
	defer server.Close()
	status, err := webhook.NewSender(true).Send(t.Context(), server.URL, []string{secret}, message, sent)
	if status != http.StatusTemporaryRedirect || err == nil || connections.Load() != 0 {
		t.Errorf("%d, %v, followed %d times", status, err, connections.Load())
	}
}

// A message carries a signature of each secret; the time is that of sending.
func TestAMessageIsSignedWithEachSecret(t *testing.T) {
	other := "whsec_" + strings.Repeat("QUJD", 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		for _, known := range []string{secret, other} {
			w1, err := standardwebhooks.NewWebhook(known)
			if err == nil {
				err = w1.VerifyIgnoringTimestamp(body, r.Header)
			}
			if err != nil {
				t.Errorf("%s: %v in %v", known, err, r.Header)
			}
		}
	}))
	defer server.Close()
	if _, err := webhook.NewSender(true).Send(t.Context(), server.URL, []string{secret, other}, message, sent); err != nil {
		t.Error(err)
	}
}
