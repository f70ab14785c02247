"""The pages beside a case: its sheet, records, team, referrals, meetings, plan and end."""
