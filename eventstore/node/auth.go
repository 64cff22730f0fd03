package node

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/metadata"
)

// Groups of users that have rights by themselves, as on EventStoreDB.
const (
	GroupAdmins = "$admins" // everything
	GroupOps    = "$ops"    // persistent subscriptions, but no stream of the system
)

// User is one who may call the node.
type User struct {
	Password string
	Groups   []string
}

// ParseUsers reads "NAME:PASSWORD" and "NAME:PASSWORD:GROUP,GROUP" entries. The
// users admin and ops are in $admins and $ops unless groups are given. A
// password cannot contain a colon. Errors name the user, never the password.
func ParseUsers(entries []string) (map[string]User, error) {
	users := map[string]User{}
	for _, entry := range entries {
		name, rest, _ := strings.Cut(entry, ":")
		password, groups, given := strings.Cut(rest, ":")
		if _, twice := users[name]; twice || name == "" || password == "" {
			return nil, fmt.Errorf("user %q: it needs a name that no other has, and a password", name)
		}
		u := User{Password: password}
		switch {
		case given:
			u.Groups = strings.Split(groups, ",")
		case name == "admin":
			u.Groups = []string{GroupAdmins}
		case name == "ops":
			u.Groups = []string{GroupOps}
		}
		users[name] = u
	}
	return users, nil
}

// caller is who makes a call; the zero caller is anonymous.
type caller struct {
	name   string
	groups []string
}

// is tells whether a role of an access list means the caller: a name, a group,
// or $all, which is everyone who has a name.
func (c caller) is(role string) bool {
	return c.name != "" && (role == c.name || role == "$all" || slices.Contains(c.groups, role))
}

// authenticate reads basic credentials. None are an anonymous caller, wrong ones
// are refused.
func (a *access) authenticate(ctx context.Context) (caller, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	header := md.Get("authorization")
	if len(header) == 0 {
		return caller{}, nil
	}
	scheme, encoded, _ := strings.Cut(header[0], " ")
	plain, err := base64.StdEncoding.DecodeString(encoded)
	name, password, _ := strings.Cut(string(plain), ":")
	user, known := a.users[name]
	if err != nil || !strings.EqualFold(scheme, "basic") || !samePassword(password, user.Password) || !known {
		return caller{}, errUnknownCaller
	}
	return caller{name: name, groups: user.Groups}, nil
}

// samePassword takes the same time whatever the difference is.
func samePassword(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
