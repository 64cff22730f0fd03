package node

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// secured starts a node with TLS and the users admin, ops, app and other.
func secured(t *testing.T) (*Node, *tls.Config) {
	t.Helper()
	side, err := SelfSigned("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	users, err := ParseUsers([]string{"admin:a-word", "ops:o-word", "app:p-word", "other:x-word:readers"})
	if err != nil {
		t.Fatal(err)
	}
	n, err := Open(t.Context(), Config{DatabaseURL: newDatabase(t), Listen: "127.0.0.1:0", TLS: side, Users: users})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n, side
}

// as connects with credentials, "name:password", or without if they are empty.
func as(t *testing.T, n *Node, credentials string) *esdb.Client {
	t.Helper()
	if credentials != "" {
		credentials += "@"
	}
	return connect(t, "esdb://"+credentials+n.listener.Addr().String()+"?tls=true&tlsVerifyCert=false")
}

// outcome is the status code of a call.
func outcome(err error) codes.Code {
	for err != nil {
		if s, ok := status.FromError(err); ok {
			return s.Code()
		}
		if codeOf(err) == esdb.ErrorCodeAccessDenied {
			return codes.PermissionDenied
		}
		if codeOf(err) == esdb.ErrorCodeUnauthenticated {
			return codes.Unauthenticated
		}
		err = errors.Unwrap(err)
	}
	return codes.OK
}

func tryAppend(t *testing.T, c *esdb.Client, stream string) codes.Code {
	t.Helper()
	_, err := appendTo(t.Context(), c, stream, esdb.Any{}, event())
	return outcome(err)
}

// tryRead reads one event of a stream, of the log if the name is $all.
func tryRead(t *testing.T, c *esdb.Client, stream string) codes.Code {
	t.Helper()
	var r *esdb.ReadStream
	var err error
	if stream == "$all" {
		r, err = c.ReadAll(t.Context(), esdb.ReadAllOptions{From: esdb.Start{}}, 1)
	} else {
		r, err = c.ReadStream(t.Context(), stream, esdb.ReadStreamOptions{From: esdb.Start{}}, 1)
	}
	if err == nil {
		defer r.Close()
		if _, err = r.Recv(); errors.Is(err, io.EOF) || codeOf(err) == esdb.ErrorCodeResourceNotFound {
			err = nil
		}
	}
	return outcome(err)
}

// Streams of the system and the whole log are for admins, other streams for
// every user, and nothing is for those who are nobody.
func TestStreamsAreOpenToUsersAndTheSystemsToAdmins(t *testing.T) {
	n, _ := secured(t)
	for _, test := range []struct {
		who, stream string
		want        codes.Code
	}{
		{"admin:a-word", "s", codes.OK},
		{"admin:a-word", "$settings", codes.OK},
		{"admin:a-word", "$all", codes.OK},
		{"ops:o-word", "s", codes.OK},
		{"ops:o-word", "$settings", codes.PermissionDenied},
		{"app:p-word", "s", codes.OK},
		{"app:p-word", "$settings", codes.PermissionDenied},
		{"app:p-word", "$all", codes.PermissionDenied},
		{"app:wrong", "s", codes.Unauthenticated},
		{"nobody:p-word", "s", codes.Unauthenticated},
		{"", "s", codes.PermissionDenied},
	} {
		c := as(t, n, test.who)
		if got := tryRead(t, c, test.stream); got != test.want {
			t.Errorf("%q reads %s: %v, want %v", test.who, test.stream, got, test.want)
		}
		if test.stream == "$all" {
			continue
		}
		if got := tryAppend(t, c, test.stream); got != test.want {
			t.Errorf("%q appends to %s: %v, want %v", test.who, test.stream, got, test.want)
		}
	}
}

// setACL writes a stream's metadata as it is on the wire.
func setACL(t *testing.T, c *esdb.Client, stream, metadata string) {
	t.Helper()
	e := event()
	e.EventType, e.Data = "$metadata", []byte(metadata)
	if _, err := appendTo(t.Context(), c, "$$"+stream, esdb.Any{}, e); err != nil {
		t.Fatal(err)
	}
}

func TestAnAccessListReplacesTheDefaultRights(t *testing.T) {
	n, _ := secured(t)
	admin, app, other := as(t, n, "admin:a-word"), as(t, n, "app:p-word"), as(t, n, "other:x-word")
	setACL(t, admin, "s", `{"$acl":{"$r":["app","readers"],"$w":"app","$mw":["$admins"]}}`)
	setACL(t, admin, "$all", `{"$acl":{"$r":"app"}}`)
	for _, test := range []struct {
		what      string
		got, want codes.Code
	}{
		{"the writer appends", tryAppend(t, app, "s"), codes.OK},
		{"an admin appends all the same", tryAppend(t, admin, "s"), codes.OK},
		{"another user appends", tryAppend(t, other, "s"), codes.PermissionDenied},
		{"a group reads", tryRead(t, other, "s"), codes.OK},
		{"the list of metadata counts", tryAppend(t, app, "$$s"), codes.PermissionDenied},
		{"metadata may be read by default", tryRead(t, other, "$$s"), codes.OK},
		{"the log is opened to one", tryRead(t, app, "$all"), codes.OK},
		{"and to no other", tryRead(t, other, "$all"), codes.PermissionDenied},
	} {
		if test.got != test.want {
			t.Errorf("%s: %v, want %v", test.what, test.got, test.want)
		}
	}
}

// A refusal is told after everything was sent: earlier the client would see a
// broken stream.
func TestALongAppendThatIsNotAllowedIsRefusedAsSuch(t *testing.T) {
	n, _ := secured(t)
	events := make([]esdb.EventData, 40)
	for i := range events {
		events[i] = event()
		events[i].Data = []byte(`"` + strings.Repeat("x", 20_000) + `"`)
	}
	for _, who := range []string{"app:p-word", ""} {
		_, err := appendTo(t.Context(), as(t, n, who), "$s", esdb.Any{}, events...)
		if got := outcome(err); got != codes.PermissionDenied {
			t.Errorf("%q: %v (%v)", who, got, err)
		}
	}
}

func TestAGivenRootIsVerifiedAndGossipNeedsNoCredentials(t *testing.T) {
	n, side := secured(t)
	root, err := x509.ParseCertificate(side.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	address := n.listener.Addr().String()
	config, err := esdb.ParseConnectionString("esdb://app:p-word@" + address + "," + address + "?tls=true")
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	config.RootCAs = x509.NewCertPool()
	config.RootCAs.AddCert(root)
	c, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := appendTo(t.Context(), c, "s", esdb.Any{}, event()); err != nil {
		t.Error(err)
	}
}

func TestUsersThatCannotBeAreRefused(t *testing.T) {
	for _, entries := range [][]string{{"a"}, {"a:"}, {":p"}, {"a:p", "a:q"}} {
		if users, err := ParseUsers(entries); err == nil {
			t.Errorf("%q: %v", entries, users)
		}
	}
	users := map[string]User{"a": {Password: "p"}}
	if _, err := Open(t.Context(), Config{DatabaseURL: "postgres:///", Listen: "127.0.0.1:0", Users: users}); err == nil {
		t.Error("users without TLS were taken")
	}
}
