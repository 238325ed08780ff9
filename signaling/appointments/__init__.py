"""Appointments: slots from capacity and hours, booked, moved, cancelled and checked in by a code alone.

An appointment is a code, a service, a region, a time and perhaps a site; nobody's name, number or address. Which clerk
will be there is not decided, only how many appointments can begin at once (`signaling.directory.Capacity`).
"""
