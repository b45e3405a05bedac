/* SPDX-License-Identifier: Apache-2.0
 *
 * Text as XML 1.0 has it.
 */
#ifndef MEMPROF_TOOLS_XML_H
#define MEMPROF_TOOLS_XML_H

#include <stdio.h>

/* Characters that XML has no way to say (most control characters, two non-characters) and bytes
 * that are no UTF-8 become U+FFFD. */
void xml_put_text(FILE *out, const char *text);      /* of an element */
void xml_put_attribute(FILE *out, const char *text); /* between double quotes */

#endif
