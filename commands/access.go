package commands

import (
	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
)

// roles says who may give each command; an admin may give all (domain.md 0.3).
// Commands on a ticket also ask for the ticket's team.
var roles = map[string][]accesstoken.Role{
	"create-team":               {accesstoken.Lead},
	"enable-team-service":       {accesstoken.Lead},
	"disable-team-service":      {accesstoken.Lead},
	"set-field-service-project": {accesstoken.Lead},

	"register-customer": {accesstoken.Integration, accesstoken.Lead, accesstoken.Agent},
	"register-product":  {accesstoken.Integration, accesstoken.Lead},
	"register-lot":      {accesstoken.Integration, accesstoken.Lead, accesstoken.Warehouse},
	"register-journal":  {accesstoken.Integration, accesstoken.Billing},
	"register-location": {accesstoken.Integration, accesstoken.Warehouse},
	"create-project":    {accesstoken.Integration, accesstoken.Lead},
	"define-worksheet":  {accesstoken.Integration, accesstoken.Lead},
	"define-program":    {accesstoken.Integration, accesstoken.Lead},
	"register-order":    {accesstoken.Integration},

	"draft-invoice":    {accesstoken.Integration, accesstoken.Billing},
	"post-invoice":     {accesstoken.Integration, accesstoken.Billing},
	"discard-invoice":  {accesstoken.Integration, accesstoken.Billing},
	"register-payment": {accesstoken.Integration, accesstoken.Billing},

	"change-invoice-lines": {accesstoken.Integration, accesstoken.Billing},
	"draft-credit-note":    {accesstoken.Integration, accesstoken.Billing},

	"plan-delivery":     {accesstoken.Integration, accesstoken.Warehouse},
	"validate-delivery": {accesstoken.Integration, accesstoken.Warehouse},
	"cancel-delivery":   {accesstoken.Integration, accesstoken.Warehouse},

	"open-ticket":           {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"change-ticket-details": {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"assign-ticket":         {accesstoken.Agent, accesstoken.Lead},
	"move-ticket-stage":     {accesstoken.Agent, accesstoken.Lead},
	"close-ticket":          {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"reopen-ticket":         {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"add-follower":          {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"remove-follower":       {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"post-message":          {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"log-note":              {accesstoken.Agent, accesstoken.Lead},

	"issue-refund":      {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"generate-coupon":   {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"reverse-transfer":  {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"create-repair":     {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"plan-intervention": {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},

	"edit-credit-note":    {accesstoken.Billing, accesstoken.Agent, accesstoken.Lead},
	"post-credit-note":    {accesstoken.Billing, accesstoken.Integration},
	"pay-out-credit-note": {accesstoken.Billing, accesstoken.Integration},
	"discard-credit-note": {accesstoken.Billing, accesstoken.Agent, accesstoken.Lead},
	"receive-return":      {accesstoken.Warehouse, accesstoken.Integration},
	"cancel-return":       {accesstoken.Warehouse, accesstoken.Agent, accesstoken.Lead},
	"close-return-short":  {accesstoken.Warehouse},
	"redeliver-return":    {accesstoken.Warehouse, accesstoken.Integration},

	"change-repair-parts":  {accesstoken.Repair, accesstoken.Lead},
	"set-repair-warranty":  {accesstoken.Repair, accesstoken.Lead},
	"confirm-repair":       {accesstoken.Repair, accesstoken.Lead},
	"start-repair":         {accesstoken.Repair, accesstoken.Lead},
	"end-repair":           {accesstoken.Repair, accesstoken.Lead},
	"cancel-repair":        {accesstoken.Repair, accesstoken.Lead},
	"create-repair-quote":  {accesstoken.Repair, accesstoken.Lead},
	"send-repair-quote":    {accesstoken.Repair, accesstoken.Lead},
	"accept-repair-quote":  {accesstoken.Repair, accesstoken.Lead},
	"decline-repair-quote": {accesstoken.Repair, accesstoken.Lead},

	"assign-task":    {accesstoken.Technician, accesstoken.Lead},
	"schedule-task":  {accesstoken.Technician, accesstoken.Lead},
	"start-task":     {accesstoken.Technician, accesstoken.Lead},
	"pause-task":     {accesstoken.Technician, accesstoken.Lead},
	"resume-task":    {accesstoken.Technician, accesstoken.Lead},
	"save-worksheet": {accesstoken.Technician, accesstoken.Lead},
	"sign-worksheet": {accesstoken.Technician, accesstoken.Lead},
	"complete-task":  {accesstoken.Technician, accesstoken.Lead},
	"reopen-task":    {accesstoken.Technician, accesstoken.Lead},
	"cancel-task":    {accesstoken.Technician, accesstoken.Lead},

	// Customers, in the portal, about what is theirs.
	"accept-own-quote":   {},
	"decline-own-quote":  {},
	"sign-own-worksheet": {},

	"check-coupon":   {accesstoken.Integration, accesstoken.Agent, accesstoken.Lead},
	"reserve-coupon": {accesstoken.Integration},
	"release-coupon": {accesstoken.Integration},
	"redeem-coupon":  {accesstoken.Integration},
	"revoke-coupon":  {accesstoken.Agent, accesstoken.Lead},
	"email-coupon":   {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},
	"share-coupon":   {accesstoken.Agent, accesstoken.Lead, accesstoken.Integration},

	"issue-access-token":  {},
	"revoke-access-token": {},
}

// posting is the right to post accounting documents (R-21, domain.md 3.1 rule 14).
var posting = []accesstoken.Role{accesstoken.Billing, accesstoken.Integration}

// authorise refuses a principal without a role for the command. To somebody
// from outside the company the command does not exist.
func (x *execution) authorise() error {
	p := x.req.Principal
	if !p.Internal() {
		return aggregates.Refuse("not_found")
	}
	if !p.Has(roles[x.command]...) {
		return aggregates.Refuse("forbidden")
	}
	return nil
}
