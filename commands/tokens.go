package commands

import (
	"context"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/team"
)

// IssueAccessToken makes an access token. Its secret derives from the master
// key and the token's id; the log keeps only its hash.
type IssueAccessToken struct {
	ID        *uuid.UUID         `json:"id"`
	Actor     string             `json:"actor"`
	Roles     []accesstoken.Role `json:"roles"`
	Teams     []uuid.UUID        `json:"teams"`
	Customer  uuid.UUID          `json:"customer"`
	ExpiresAt time.Time          `json:"expires_at"`
}

func (IssueAccessToken) commandName() string { return "issue-access-token" }

func (c IssueAccessToken) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	_, nobody := x.customer(ctx, "customer", c.Customer)
	unknown := x.knownTeams(ctx, c.Teams)
	id := x.newID(c.ID)
	_, err := create(ctx, x, "access_token", accesstoken.Model, id, func(s accesstoken.State) ([]aggregates.Event, error) {
		events, err := s.Issue(accesstoken.Issued{
			Token: id, Hash: accesstoken.Hash(x.s.Secrets.Token(id)), Actor: c.Actor, Roles: c.Roles,
			Teams: c.Teams, Customer: c.Customer, ExpiresAt: c.ExpiresAt, By: x.req.Principal.Actor.ID,
		}, x.now)
		return events, together(nobody, unknown, err)
	})
	return err
}

// knownTeams refuses teams that there are not.
func (x *execution) knownTeams(ctx context.Context, teams []uuid.UUID) error {
	for _, id := range teams {
		if _, err := fact(ctx, x, "teams", "team", team.Model, id); err != nil {
			return err
		}
	}
	return nil
}

// ChangeAccessTokenRights gives an access token other roles and teams at once.
type ChangeAccessTokenRights struct {
	Token uuid.UUID          `json:"-"`
	Roles []accesstoken.Role `json:"roles"`
	Teams *[]uuid.UUID       `json:"teams"` // to be said: nobody works for all teams by omission
}

func (ChangeAccessTokenRights) commandName() string { return "change-access-token-rights" }

func (c ChangeAccessTokenRights) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	if c.Teams == nil {
		return aggregates.Refuse("required").On("teams")
	}
	unknown := x.knownTeams(ctx, *c.Teams)
	_, err := change(ctx, x, "access_token", accesstoken.Model, c.Token, func(s accesstoken.State) ([]aggregates.Event, error) {
		events, err := s.ChangeRights(c.Roles, *c.Teams, x.req.Principal.Actor.ID)
		return events, together(unknown, err)
	})
	return err
}

// RevokeAccessToken ends an access token at once.
type RevokeAccessToken struct {
	Token uuid.UUID `json:"-"`
}

func (RevokeAccessToken) commandName() string { return "revoke-access-token" }

func (c RevokeAccessToken) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	_, err := change(ctx, x, "access_token", accesstoken.Model, c.Token, func(s accesstoken.State) ([]aggregates.Event, error) {
		return s.Revoke(x.req.Principal.Actor.ID)
	})
	return err
}

// Authenticate answers who the bearer of a token is. Every refusal is
// unauthenticated: unknown, forged, expired and revoked look alike.
func (s *Service) Authenticate(ctx context.Context, token string) (Principal, error) {
	id, ok := idIn(tokenPrefix, token)
	if !ok {
		return Principal{}, aggregates.Refuse("unauthenticated")
	}
	x := s.newExecution(Request{}, "authenticate")
	l, err := load(ctx, x, accesstoken.Model, id)
	if err != nil {
		return Principal{}, err
	}
	if err := l.State.Usable(x.now); err != nil {
		return Principal{}, err
	}
	if !EqualHash(token, l.State.Hash) {
		return Principal{}, aggregates.Refuse("unauthenticated")
	}
	if l.State.Customer != uuid.Nil {
		if err := s.AdmitCustomer(ctx, l.State.Customer, l.Since); err != nil {
			return Principal{}, err
		}
	}
	role, channel := string(l.State.Roles[0]), "agent"
	if l.State.Customer != uuid.Nil {
		channel = "portal"
	}
	return Principal{
		Actor: aggregates.Actor{ID: l.State.Actor, Role: role, Channel: channel},
		Roles: l.State.Roles, Teams: l.State.Teams, Customer: l.State.Customer, Token: id,
	}, nil
}

// AdmitCustomer refuses, with unauthenticated, a customer's token that was
// issued then, when the customer is shut out of the portal or was since.
func (s *Service) AdmitCustomer(ctx context.Context, customer uuid.UUID, issued time.Time) error {
	access, err := s.newExecution(Request{}, "authenticate").portalAccess(ctx, customer)
	if err == nil && !access.Lets(issued) {
		err = aggregates.Refuse("unauthenticated")
	}
	return err
}
