package projectionstest

import (
	"time"

	"aftersales/aggregates/accesstoken"
)

// access gives an agent a token, and the contact a link to the task.
func (s *Story) access() {
	s.add("access_token", "token",
		accesstoken.Issued{Token: s.ID("token"), Hash: Secrets[4], Actor: "agent-1", Roles: []accesstoken.Role{accesstoken.Agent}, By: "admin"},
		accesstoken.RightsChanged{Roles: []accesstoken.Role{accesstoken.Agent, accesstoken.Repair}, By: "admin"},
	)
	s.made("access_token", "link",
		accesstoken.LinkIssued{
			Token: s.ID("link"), Hash: Secrets[4], Kind: "task", Document: s.ID("task"), Ticket: s.ID("ticket"), Customer: s.ID("contact"),
			IssuedAt: at("11:00"), ExpiresAt: at("11:00").Add(30 * 24 * time.Hour), By: "agent-1",
		},
		accesstoken.Revoked{By: "agent-1"},
	)
}
