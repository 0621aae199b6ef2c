/* json_facts: what is known of a listener that is more than a number or text. */
#ifndef REPORT_JSON_FACTS_H
#define REPORT_JSON_FACTS_H

#include <portmote/report.h>

#include <jansson.h>

json_t *json_netns(const struct pm_report *report, size_t i);
json_t *json_netns_object(const struct pm_netns *netns); /* the same of a namespace */
json_t *json_v6only(const struct pm_report *report, size_t i);
json_t *json_device_gone(const struct pm_report *report, size_t i);
json_t *json_registrations(const struct pm_report *report, size_t i);
json_t *json_holders(const struct pm_report *report, size_t i);
json_t *json_suspects(const struct pm_report *report, size_t i);
json_t *json_owner(const struct pm_report *report, size_t i);
json_t *json_reasons(const struct pm_report *report, size_t i);
json_t *json_flags(const struct pm_report *report, size_t i);

/* A row of the registry. */
json_t *json_registration(const struct pm_registry *registry, uint32_t index);
json_t *json_transports(uint8_t transports);

#endif
