package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/directory"
)

// portalUser is the kind under which the directory knows the actors that are
// customers.
const portalUser = "portal_user"

// notePortalUser remembers that a token's actor is a customer.
func notePortalUser(t accesstoken.Issued) []consequence {
	if t.Customer == uuid.Nil {
		return nil
	}
	return []consequence{func(ctx context.Context, x *execution) error {
		_, err := x.claim(ctx, portalUser, t.Actor, accesstoken.Model.Stream(t.Token))
		return err
	}}
}

// worksHere says whether a user is one of the company's: neither the actor of
// a customer's token nor a customer's id. Only these can be told from outside;
// the service keeps no list of the company's people.
func (x *execution) worksHere(ctx context.Context, user string) (bool, error) {
	key := aggregates.DeriveID("name", user).String()
	known, err := loadStream(ctx, x, directory.Model, directory.Stream(portalUser, key), uuid.Nil)
	if err != nil || known.Exists {
		return false, err
	}
	id, err := uuid.Parse(user)
	if err != nil {
		return true, nil
	}
	contact, err := load(ctx, x, customer.Model, id)
	return !contact.Exists, err
}
