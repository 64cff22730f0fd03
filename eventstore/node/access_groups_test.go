package node

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
)

// Persistent subscriptions are managed by admins and operators only, and used by
// everyone who may read what they are to.
func TestPersistentSubscriptionsAreManagedByOperatorsAndUsedByReaders(t *testing.T) {
	n, _ := secured(t)
	const group = "g"
	join := func(c *esdb.Client, stream string) codes.Code {
		var sub *esdb.PersistentSubscription
		var err error
		options := esdb.SubscribeToPersistentSubscriptionOptions{}
		if stream == "$all" {
			sub, err = c.SubscribeToPersistentSubscriptionToAll(t.Context(), group, options)
		} else {
			sub, err = c.SubscribeToPersistentSubscription(t.Context(), stream, group, options)
		}
		if err == nil {
			defer sub.Close()
		}
		return outcome(err)
	}
	calls := map[string]func(*esdb.Client) codes.Code{
		"create": func(c *esdb.Client) codes.Code {
			return outcome(c.CreatePersistentSubscription(t.Context(), "new", group, esdb.PersistentStreamSubscriptionOptions{}))
		},
		"update": func(c *esdb.Client) codes.Code {
			settings := esdb.SubscriptionSettingsDefault()
			return outcome(c.UpdatePersistentSubscription(t.Context(), "s", group, esdb.PersistentStreamSubscriptionOptions{Settings: &settings}))
		},
		"replay": func(c *esdb.Client) codes.Code {
			return outcome(c.ReplayParkedMessages(t.Context(), "s", group, esdb.ReplayParkedMessagesOptions{}))
		},
		"restart": func(c *esdb.Client) codes.Code {
			return outcome(c.RestartPersistentSubscriptionSubsystem(t.Context(), esdb.RestartPersistentSubscriptionSubsystemOptions{}))
		},
		"info": func(c *esdb.Client) codes.Code {
			_, err := c.GetPersistentSubscriptionInfo(t.Context(), "s", group, esdb.GetPersistentSubscriptionOptions{})
			return outcome(err)
		},
		"read s":         func(c *esdb.Client) codes.Code { return join(c, "s") },
		"read $settings": func(c *esdb.Client) codes.Code { return join(c, "$settings") },
		"read $all":      func(c *esdb.Client) codes.Code { return join(c, "$all") },
		"delete": func(c *esdb.Client) codes.Code {
			return outcome(c.DeletePersistentSubscription(t.Context(), "new", group, esdb.DeletePersistentSubscriptionOptions{}))
		},
	}
	admin := as(t, n, "admin:a-word")
	for _, stream := range []string{"s", "$settings"} {
		if err := admin.CreatePersistentSubscription(t.Context(), stream, group, esdb.PersistentStreamSubscriptionOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := admin.CreatePersistentSubscriptionToAll(t.Context(), group, esdb.PersistentAllSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	order := []string{"create", "update", "replay", "info", "read s", "read $settings", "read $all", "delete", "restart"}
	for who, allowed := range map[string]map[string]bool{
		"":             {},
		"app:p-word":   {"info": true, "read s": true},
		"ops:o-word":   {"create": true, "update": true, "replay": true, "restart": true, "info": true, "read s": true, "delete": true},
		"admin:a-word": {"create": true, "update": true, "replay": true, "restart": true, "info": true, "read s": true, "read $settings": true, "read $all": true, "delete": true},
	} {
		c := as(t, n, who)
		for _, what := range order {
			want := codes.PermissionDenied
			if allowed[what] {
				want = codes.OK
			}
			if got := calls[what](c); got != want {
				t.Errorf("%q, %s: %v, want %v", who, what, got, want)
			}
		}
	}
}

// Who is nobody hears so, and no end of a stream, however quick the node is.
func TestAConsumerThatIsNotLetInIsRefusedAsSuch(t *testing.T) {
	n, _ := secured(t)
	c := as(t, n, "")
	for range 200 {
		_, err := c.SubscribeToPersistentSubscription(t.Context(), "s", "g", esdb.SubscribeToPersistentSubscriptionOptions{})
		if got := outcome(err); got != codes.PermissionDenied {
			t.Fatalf("%v (%v)", got, err)
		}
	}
}
