"""Policies, people, letters, deliveries."""

from starter.console.administration import compare_page as compare_page  # declare their pages
from starter.console.administration import deliveries_page as deliveries_page
from starter.console.administration import letters_page as letters_page
from starter.console.administration import migrate_page as migrate_page
from starter.console.administration import people_page as people_page
from starter.console.administration import person_page as person_page
from starter.console.administration import policies_page as policies_page
from starter.console.administration import policy_page as policy_page
from starter.console.administration import publish_page as publish_page
from starter.console.administration import staff_rollout_page as staff_rollout_page
