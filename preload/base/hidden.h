/* SPDX-License-Identifier: Apache-2.0
 *
 * For declarations of our own variables: they are in this library, so that the
 * compiler addresses them without the global offset table.
 */
#ifndef MEMPROF_HIDDEN_H
#define MEMPROF_HIDDEN_H

#define HIDDEN __attribute__((visibility("hidden")))

#endif
