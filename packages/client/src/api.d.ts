/* Made of /openapi.json by `npm run docs`. */
export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell whether the process lives
         * @description Limit: 6000/min.
         */
        get: operations["readLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell whether it is ready for requests
         * @description Limit: 3000/min.
         */
        get: operations["readReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describe every route
         * @description Limit: 300/min.
         */
        get: operations["readOpenApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the description of every route
         * @description Limit: 300/min.
         */
        get: operations["readDocumentation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a part of that page
         * @description Limit: 300/min.
         */
        get: operations["readFileOfDocumentation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Keys that verify access tokens
         * @description A JWK set (RFC 7517).
         *
         *     Limit: 600/min.
         */
        get: operations["readVerificationKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register as a patient or a doctor
         * @description A doctor brings `doctor` and an address: the practice's, and public. A network that makes too many accounts is refused for a while.
         *
         *     Limit: 30/min.
         */
        post: operations["registerUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with an e-mail, a CPF or a CRM
         * @description Limit: 120/min.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token for new tokens
         * @description A refresh token serves once; one that comes again ends its session.
         *
         *     Limit: 300/min.
         */
        post: operations["refreshTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session of a refresh token
         * @description Limit: 300/min.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your account
         * @description Limit: 600/min.
         */
        get: operations["readOwnAccount"];
        put?: never;
        post?: never;
        /**
         * Delete your account, for good
         * @description What is kept of you is erased and future appointments are cancelled. Issued medical reports stay, as the law requires.
         *
         *     Limit: 60/min.
         */
        delete: operations["deleteOwnAccount"];
        options?: never;
        head?: never;
        /**
         * Change your account
         * @description What is left out stays. A new e-mail needs `password`. Where administrators verify doctors, a changed name, specialty or RQE is verified again.
         *
         *     Limit: 60/min.
         */
        patch: operations["changeOwnAccount"];
        trace?: never;
    };
    "/api/v1/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your password; your other sessions end
         * @description Limit: 60/min.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where you are signed in
         * @description Limit: 120/min.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions
         * @description Its tokens stop to count within seconds.
         *
         *     Limit: 120/min.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/doctors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Doctors by verification
         * @description Limit: 300/min.
         */
        get: operations["listDoctorsToAdminister"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/doctors/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify a doctor
         * @description Limit: 300/min.
         */
        post: operations["verifyDoctor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/doctors/{id}/reinstate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lift a suspension
         * @description Limit: 300/min.
         */
        post: operations["reinstateDoctor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/doctors/{id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend a doctor: signed out, not found, not booked
         * @description Limit: 300/min.
         */
        post: operations["suspendDoctor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/doctors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A doctor's profile
         * @description Limit: 2400/min.
         */
        get: operations["readDoctor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The cities in which doctors can be booked
         * @description Those with most doctors first; case and accents do not matter.
         *
         *     Limit: 1200/min.
         */
        get: operations["listPlaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/specialties": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The specialties that CFM recognizes
         * @description Limit: 300/min.
         */
        get: operations["listSpecialties"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insurances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The insurances that doctors here accept
         * @description Limit: 300/min.
         */
        get: operations["listInsurances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/doctors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search doctors
         * @description Case and accents do not matter. By default who is free first comes first; there is no order by merit.
         *
         *     Limit: 1200/min.
         */
        get: operations["searchDoctors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's schedules
         * @description Limit: 600/min.
         */
        get: operations["listSchedules"];
        put?: never;
        /**
         * Publish a schedule
         * @description Its slots exist when the answer arrives.
         *
         *     Limit: 120/min.
         */
        post: operations["createSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a schedule
         * @description Limit: 600/min.
         */
        get: operations["readSchedule"];
        /**
         * Replace a schedule
         * @description Slots that did not change keep their ids.
         *
         *     Limit: 120/min.
         */
        put: operations["replaceSchedule"];
        post?: never;
        /**
         * Take a schedule out of service
         * @description Limit: 120/min.
         */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{id}/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a schedule's slots and who has them
         * @description Limit: 600/min.
         */
        get: operations["listSlotsOfSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show which slots a schedule would make
         * @description Limit: 120/min.
         */
        post: operations["previewSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/doctors/{id}/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a doctor's open slots
         * @description Limit: 1200/min.
         */
        get: operations["listOpenSlots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/slots/next": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List several doctors' first open slots
         * @description Who cannot be booked is left out.
         *
         *     Limit: 1200/min.
         */
        get: operations["listNextSlots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/booking-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how one takes bookings
         * @description Limit: 600/min.
         */
        get: operations["readBookingSettings"];
        /**
         * Choose how one takes bookings
         * @description What is left out takes its default.
         *
         *     Limit: 60/min.
         */
        put: operations["changeBookingSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's appointments
         * @description As their patient or their doctor, by the start of the appointment.
         *
         *     Limit: 600/min.
         */
        get: operations["listAppointments"];
        put?: never;
        /**
         * Ask for an appointment
         * @description Answered 202 once the request is durable; it is decided in order of arrival. With `Prefer: wait=N` the answer is 201 when it is booked, or 409 with the reason when it is rejected; 202 when N seconds run out. Nobody is refused `slot_taken` in favour of a later request.
         *
         *     Limit: 120/min.
         */
        post: operations["bookAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/reschedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for another slot in place of an appointment
         * @description Makes a new appointment with `replacesId`; the old one stays until the new one is booked, and is unchanged if that is rejected. Decided and answered like a first request.
         *
         *     Limit: 60/min.
         */
        post: operations["rescheduleAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an appointment
         * @description Limit: 600/min.
         */
        get: operations["readAppointment"];
        put?: never;
        post?: never;
        /**
         * Cancel an appointment, as its patient
         * @description Limit: 120/min.
         */
        delete: operations["withdrawAppointment"];
        options?: never;
        head?: never;
        /**
         * Change the note
         * @description Limit: 120/min.
         */
        patch: operations["annotateAppointment"];
        trace?: never;
    };
    "/api/v1/appointments/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the steps of an appointment
         * @description Limit: 600/min.
         */
        get: operations["listStepsOfAppointment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an appointment
         * @description Limit: 120/min.
         */
        post: operations["confirmAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start the consultation
         * @description Limit: 120/min.
         */
        post: operations["startAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/conclude": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Conclude the consultation
         * @description Limit: 120/min.
         */
        post: operations["concludeAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/no-show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Note that the patient did not come
         * @description Limit: 120/min.
         */
        post: operations["noteNoShow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take start, conclude or no-show back
         * @description Within 24 hours of that step, unless feedback was given.
         *
         *     Limit: 120/min.
         */
        post: operations["reopenAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decline an appointment
         * @description Limit: 120/min.
         */
        post: operations["declineAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an appointment
         * @description The slot is open again within a second. Patients keep the notice in force when they booked.
         *
         *     Limit: 120/min.
         */
        post: operations["cancelAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow changes to one's appointments
         * @description A stream of server-sent events, kept for 24 hours; a `Last-Event-ID` that is older gets a `reset` event. Browsers read it with `fetch`, since `EventSource` cannot send the token (docs/live-events.md).
         *
         *     Limit: 60/min.
         */
        get: operations["followEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/feedbacks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the feedback on an appointment
         * @description Limit: 600/min.
         */
        get: operations["listFeedback"];
        put?: never;
        /**
         * Give feedback on a concluded appointment
         * @description The doctor never learns who wrote it.
         *
         *     Limit: 60/min.
         */
        post: operations["giveFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{id}/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reply to a review, once
         * @description Limit: 60/min.
         */
        post: operations["replyToReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/feedbacks/{feedbackId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read feedback
         * @description Limit: 600/min.
         */
        get: operations["readFeedback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/doctors/{id}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a doctor's reviews
         * @description Limit: 600/min.
         */
        get: operations["listReviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/doctors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's doctors
         * @description Those the patient has, or had, an appointment with.
         *
         *     Limit: 300/min.
         */
        get: operations["listOwnDoctors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/patients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's patients
         * @description Those the doctor has, or had, an appointment with.
         *
         *     Limit: 300/min.
         */
        get: operations["listOwnPatients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read figures of one's practice
         * @description Week by week, weeks without any included; two years at most.
         *
         *     Limit: 60/min.
         */
        get: operations["readFigures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List an appointment's files
         * @description Its patient sees all, its doctor those shared with them.
         *
         *     Limit: 300/min.
         */
        get: operations["listFilesOfAppointment"];
        put?: never;
        /**
         * Upload a file to an appointment
         * @description What it is is told by its content; PDFs that run scripts or hold other files are refused.
         *
         *     Limit: 60/min.
         */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{id}/accesses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who may read a file
         * @description Limit: 120/min.
         */
        get: operations["listFileAccesses"];
        put?: never;
        /**
         * Let a doctor read a file
         * @description Until `expiresAt`; granting again moves the end.
         *
         *     Limit: 120/min.
         */
        post: operations["grantFileAccess"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{id}/accesses/{accessId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take the right to read a file back
         * @description Limit: 120/min.
         */
        delete: operations["revokeFileAccess"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's files
         * @description Limit: 300/min.
         */
        get: operations["listFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what a file is
         * @description Limit: 300/min.
         */
        get: operations["readFile"];
        put?: never;
        post?: never;
        /**
         * Delete a file
         * @description Limit: 120/min.
         */
        delete: operations["deleteFile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a file's content
         * @description Every reading is recorded, and ends when the right to it does.
         *
         *     Limit: 600/min.
         */
        get: operations["downloadFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/medical-reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List an appointment's medical reports
         * @description Limit: 300/min.
         */
        get: operations["listMedicalReports"];
        put?: never;
        /**
         * Issue a medical report
         * @description Once the appointment is confirmed, in progress or concluded.
         *
         *     Limit: 60/min.
         */
        post: operations["issueMedicalReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/medical-reports/{reportId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a medical report
         * @description Limit: 300/min.
         */
        get: operations["readMedicalReport"];
        /**
         * Correct a medical report
         * @description A new version, by its author and with a reason; the earlier ones stay.
         *
         *     Limit: 60/min.
         */
        put: operations["correctMedicalReport"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/medical-reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's medical reports
         * @description Those about a patient, or by a doctor, newest first.
         *
         *     Limit: 300/min.
         */
        get: operations["listOwnMedicalReports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/medical-reports/{reportId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of a medical report
         * @description Limit: 300/min.
         */
        get: operations["listMedicalReportVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appointments/{id}/medical-reports/{reportId}/pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Print a medical report
         * @description Limit: 60/min.
         */
        get: operations["printMedicalReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/access-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See who touched one's medical data
         * @description Newest first; nobody is named who had no part in the care.
         *
         *     Limit: 120/min.
         */
        get: operations["readAccessLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccessLogEntry: {
            actorId: components["schemas"]["Id"] | null;
            /**
             * @description null for the service itself
             * @example Carlos Eduardo Lima
             */
            actorName: string | null;
            /**
             * @example doctor
             * @enum {unknown}
             */
            actorRole: "patient" | "doctor" | "admin" | "system";
            /**
             * @example read
             * @enum {unknown}
             */
            action: "create" | "list" | "read" | "download" | "change" | "delete" | "grant" | "revoke";
            resource: {
                /** @enum {unknown} */
                kind: "file" | "file_list" | "file_access" | "medical_report" | "medical_report_list" | "note" | "feedback";
                id: components["schemas"]["Id"];
                appointmentId: components["schemas"]["Id"] | null;
            };
            at: components["schemas"]["Instant"];
        };
        AcquaintedDoctor: {
            doctor: components["schemas"]["ShownDoctor"];
            lastAppointmentAt: components["schemas"]["Instant"] | null;
            nextAppointmentAt: components["schemas"]["Instant"] | null;
        };
        AcquaintedPatient: {
            patient: {
                id: components["schemas"]["Id"];
                /** @example Ana Beatriz Souza */
                fullName: string;
                /** @example Bia Souza */
                socialName: string | null;
                birthDate: components["schemas"]["Date"] | null;
                /** @example +5511987654321 */
                phone: string | null;
            };
            lastAppointmentAt: components["schemas"]["Instant"] | null;
            nextAppointmentAt: components["schemas"]["Instant"] | null;
        };
        Address: {
            /** @example Rua das Laranjeiras */
            street: string;
            /** @example 1200 */
            number: string;
            /** @example sala 42 */
            complement?: string | null;
            /** @example Centro */
            neighborhood: string;
            city: components["schemas"]["City"];
            state: components["schemas"]["State"];
            /**
             * @description CEP, eight digits
             * @example 01310100
             */
            postalCode: string;
        };
        /** @description A doctor, as administrators see them */
        AdminDoctor: {
            id: components["schemas"]["Id"];
            /** @example Ana Beatriz Souza */
            fullName: string;
            /** @example Bia Souza */
            socialName: string | null;
            /** @example ana.souza@example.com */
            email: string;
            crm: components["schemas"]["Crm"];
            specialties: string[];
            rqes: components["schemas"]["Rqe"][];
            /** @example São Paulo */
            city: string;
            /** @example SP */
            state: string;
            verification: components["schemas"]["VerificationState"];
            /** @example null */
            suspensionReason: string | null;
            /**
             * @description version of name, specialties and RQEs; If-Match of a verification
             * @example 1
             */
            revision: number;
            createdAt: components["schemas"]["Instant"];
        };
        AnnotateAppointment: {
            /** @example Primeira consulta */
            note: string | null;
        };
        Appointment: {
            id: components["schemas"]["Id"];
            slotId: components["schemas"]["Id"];
            scheduleId: components["schemas"]["Id"];
            doctorId: components["schemas"]["Id"];
            patientId: components["schemas"]["Id"];
            startsAt: components["schemas"]["Instant"];
            endsAt: components["schemas"]["Instant"];
            /** @example America/Sao_Paulo */
            timeZone: string;
            mode: components["schemas"]["ConsultationMode"];
            status: components["schemas"]["AppointmentStatus"];
            /**
             * @description the code of a rejection, or what was written when it was declined or cancelled
             * @example null
             */
            statusReason: string | null;
            /** @example Primeira consulta */
            note: string | null;
            requestedAt: components["schemas"]["Instant"];
            decidedAt: components["schemas"]["Instant"] | null;
            confirmedAt: components["schemas"]["Instant"] | null;
            confirmBy: components["schemas"]["Instant"] | null;
            cancelledAt: components["schemas"]["Instant"] | null;
            /**
             * @example null
             * @enum {unknown}
             */
            cancelledBy: "patient" | "doctor" | null;
            /** @description until when its patient may cancel or move it */
            cancellableUntil: components["schemas"]["Instant"] | null;
            /** @description the appointment this one was asked for in place of */
            replacesId: components["schemas"]["Id"] | null;
            doctor: components["schemas"]["ShownDoctor"];
            patient: components["schemas"]["ShownPatient"];
        };
        /**
         * @example confirmed
         * @enum {unknown}
         */
        AppointmentStatus: "requested" | "rejected" | "awaiting_confirmation" | "confirmed" | "declined" | "cancelled" | "replaced" | "in_progress" | "concluded" | "no_show";
        /** @example Atendimento com hora marcada. */
        Bio: string;
        BookingSettings: {
            /** @default false */
            autoConfirm: boolean;
            /**
             * @description an unanswered request is declined after this; null: never
             * @example 24
             */
            confirmWithinHours: number | null;
            /** @example 0 */
            minBookingNoticeMinutes: number;
            /** @example 0 */
            minCancelNoticeMinutes: number;
        };
        BookingSettingsInput: {
            /** @default false */
            autoConfirm: boolean;
            /**
             * @description an unanswered request is declined after this; null: never
             * @example 24
             */
            confirmWithinHours?: number | null;
            /** @default 0 */
            minBookingNoticeMinutes: number;
            /** @default 0 */
            minCancelNoticeMinutes: number;
        };
        CancelAppointment: {
            /** @example Documento vencido */
            reason?: string;
        };
        /**
         * @description centavos of real
         * @example 25000
         */
        Cents: number;
        ChangePassword: {
            /** @example girassol-amarelo-42 */
            password: string;
            newPassword: components["schemas"]["Password"];
        };
        /** @example São Paulo */
        City: string;
        /** @enum {unknown} */
        ConsultationMode: "in_person" | "video";
        CorrectReport: {
            /** @example Relatório médico */
            title: string;
            /** @example Paciente em acompanhamento, sem queixas. */
            body: string;
            cid10?: string[];
            /** @example Complemento */
            reason: string;
        };
        /** @description appointments that start then, by their status now */
        CountsByStatus: {
            /** @example 3 */
            requested: number;
            /** @example 3 */
            rejected: number;
            /** @example 3 */
            awaiting_confirmation: number;
            /** @example 3 */
            confirmed: number;
            /** @example 3 */
            declined: number;
            /** @example 3 */
            cancelled: number;
            /** @example 3 */
            replaced: number;
            /** @example 3 */
            in_progress: number;
            /** @example 3 */
            concluded: number;
            /** @example 3 */
            no_show: number;
        };
        /**
         * @description CPF, eleven digits
         * @example 52998224725
         */
        Cpf: string;
        Crm: {
            /** @example 123456 */
            number: string;
            state: components["schemas"]["State"];
        };
        /**
         * Format: date
         * @description YYYY-MM-DD, 1900 to 9998
         * @example 1990-04-12
         */
        Date: string;
        DateSchedule: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "date";
            date: components["schemas"]["Date"];
            times: components["schemas"]["LocalTime"][];
            /** @example 30 */
            slotMinutes: number;
            timeZone: components["schemas"]["TimeZone"];
            /** @example true */
            active: boolean;
            id: components["schemas"]["Id"];
            doctorId: components["schemas"]["Id"];
            slots: components["schemas"]["SlotCounts"];
            createdAt: components["schemas"]["Instant"];
            updatedAt: components["schemas"]["Instant"];
        };
        /** @description Slots at chosen local times of one date */
        DateScheduleInput: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "date";
            date: components["schemas"]["Date"];
            times: components["schemas"]["LocalTime"][];
            /** @example 30 */
            slotMinutes: number;
            timeZone: components["schemas"]["TimeZone"];
            /**
             * @description an inactive schedule offers no slots
             * @default true
             */
            active: boolean;
        };
        DeleteAccount: {
            /** @example girassol-amarelo-42 */
            password: string;
        };
        /** @description A doctor's public profile; the address is the practice's */
        DoctorDetails: components["schemas"]["DoctorSummary"] & {
            /** @example Bia Souza */
            socialName: string | null;
            /** @example Atendimento com hora marcada. */
            bio: string | null;
            address: components["schemas"]["Address"];
        };
        DoctorProfile: {
            crm: components["schemas"]["Crm"];
            /**
             * @example dr
             * @enum {unknown}
             */
            honorific: "dr" | "dra" | null;
            specialties: string[];
            rqes: components["schemas"]["Rqe"][];
            /** @example Atendimento com hora marcada. */
            bio: string | null;
            /**
             * @description centavos of real
             * @example 25000
             */
            consultationPriceCents: number;
            insurances: string[];
            modes: components["schemas"]["ConsultationMode"][];
            verification: components["schemas"]["VerificationState"];
            rating: components["schemas"]["Rating"];
        };
        DoctorProfileInput: {
            crm: components["schemas"]["Crm"];
            specialties: components["schemas"]["Specialty"][];
            rqes?: components["schemas"]["Rqe"][];
            bio?: components["schemas"]["Bio"] | null;
            /**
             * @example dr
             * @enum {unknown}
             */
            honorific?: "dr" | "dra" | null;
            consultationPriceCents: components["schemas"]["Cents"];
            insurances?: components["schemas"]["Insurance"][];
            modes?: components["schemas"]["ConsultationMode"][];
        };
        DoctorSummary: {
            id: components["schemas"]["Id"];
            /** @example Ana Beatriz Souza */
            fullName: string;
            /**
             * @example dr
             * @enum {unknown}
             */
            honorific: "dr" | "dra" | null;
            crm: components["schemas"]["Crm"];
            specialties: string[];
            rqes: components["schemas"]["Rqe"][];
            /** @example São Paulo */
            city: string;
            /** @example SP */
            state: string;
            /**
             * @description centavos of real
             * @example 25000
             */
            consultationPriceCents: number;
            insurances: string[];
            modes: components["schemas"]["ConsultationMode"][];
            rating: components["schemas"]["Rating"];
            /** @description the first open slot; null without one */
            nextAvailableAt: components["schemas"]["Instant"] | null;
        };
        /**
         * Format: idn-email
         * @example ana.souza@example.com
         */
        Email: string;
        /**
         * @description HH:mm; 24:00 and 23:59 are midnight, and before startTime it is on the next day
         * @example 12:00
         */
        EndTime: string;
        /** @enum {unknown} */
        ErrorCode: "bad_request" | "unauthorized" | "invalid_credentials" | "invalid_refresh_token" | "too_many_attempts" | "account_suspended" | "forbidden" | "request_timeout" | "not_found" | "method_not_allowed" | "email_taken" | "cpf_taken" | "crm_taken" | "last_administrator" | "invalid_verification" | "schedule_overlaps" | "too_many_schedules" | "schedule_has_appointments" | "invalid_transition" | "too_late" | "too_early" | "slot_taken" | "slot_withdrawn" | "patient_busy" | "doctor_unavailable" | "already_yours" | "original_closed" | "reschedule_pending" | "appointment_not_concluded" | "feedback_already_given" | "reply_already_given" | "too_many_requests_open" | "too_many_appointments" | "quota_exceeded" | "content_damaged" | "idempotency_in_progress" | "idempotency_key_reused" | "gone" | "misdirected" | "stale_version" | "payload_too_large" | "unsupported_media_type" | "range_not_satisfiable" | "rate_limited" | "internal_error" | "overloaded" | "unavailable";
        /** @enum {unknown} */
        FaultCode: "required" | "unknown_field" | "type" | "format" | "control_character" | "direction_character" | "invisible_character" | "nothing_visible" | "not_allowed" | "too_short" | "too_long" | "too_small" | "too_large" | "too_few" | "too_many" | "repeated" | "out_of_range" | "invalid" | "cursor_unknown" | "key_format" | "one_file" | "no_letters" | "email_invalid" | "email_needs_password" | "only_with_email" | "password_common" | "cpf_invalid" | "crm_invalid" | "only_for_doctors" | "doctor_too_young" | "doctor_unknown" | "specialty_unknown" | "specialty_not_claimed" | "must_be_past" | "must_be_future" | "too_early" | "ends_before_start" | "instant_invalid" | "date_invalid" | "span_too_long" | "time_zone_unknown" | "times_too_close" | "slot_does_not_fit" | "too_many_slots" | "no_future_slot";
        Feedback: {
            id: components["schemas"]["Id"];
            appointmentId: components["schemas"]["Id"];
            /** @example 5 */
            rating: number;
            /** @example Atendimento atencioso. */
            comment: string | null;
            givenAt: components["schemas"]["Instant"];
            /** @example null */
            reply: string | null;
        };
        Figures: {
            from: components["schemas"]["Date"];
            to: components["schemas"]["Date"];
            weeks: {
                /**
                 * Format: date
                 * @description its Monday
                 * @example 2031-03-10
                 */
                weekStart: string;
                byStatus: components["schemas"]["CountsByStatus"];
                /**
                 * @description no-shows among those concluded or missed, 0 to 1; null without any
                 * @example 0.05
                 */
                noShowRate: number | null;
                rating: components["schemas"]["Rating"];
            }[];
            total: components["schemas"]["FiguresTotal"];
        };
        FiguresTotal: {
            byStatus: components["schemas"]["CountsByStatus"];
            /**
             * @description no-shows among those concluded or missed, 0 to 1; null without any
             * @example 0.05
             */
            noShowRate: number | null;
            rating: components["schemas"]["Rating"];
        };
        FileAccess: {
            id: components["schemas"]["Id"];
            fileId: components["schemas"]["Id"];
            doctorId: components["schemas"]["Id"];
            doctor: {
                id: components["schemas"]["Id"];
                /** @example Ana Beatriz Souza */
                fullName: string;
            };
            expiresAt: components["schemas"]["Instant"];
            createdAt: components["schemas"]["Instant"];
        };
        /** @example Ana Beatriz Souza */
        FullName: string;
        GiveFeedback: {
            /** @example 5 */
            rating: number;
            /** @example Atendimento atencioso. */
            comment?: string | null;
        };
        GrantAccess: {
            doctorId: components["schemas"]["Id"];
            expiresAt: components["schemas"]["Instant"];
        };
        HistoryEntry: {
            status: components["schemas"]["AppointmentStatus"];
            /** @example null */
            statusReason: string | null;
            /**
             * @example doctor
             * @enum {unknown}
             */
            by: "patient" | "doctor" | "system";
            at: components["schemas"]["Instant"];
        };
        /**
         * @description UUIDv7
         * @example 0193b7a4-5c00-7000-8000-000000000000
         */
        Id: string;
        /**
         * Format: date-time
         * @description RFC 3339 instant in UTC
         * @example 2031-03-10T12:00:00.000Z
         */
        Instant: string;
        /** @example Unimed */
        Insurance: string;
        Interval: {
            startsAt: components["schemas"]["Instant"];
            endsAt: components["schemas"]["Instant"];
        };
        IssueReport: {
            /** @example Relatório médico */
            title: string;
            /** @example Paciente em acompanhamento, sem queixas. */
            body: string;
            cid10?: string[];
        };
        /**
         * @description HH:mm
         * @example 09:00
         */
        LocalTime: string;
        Login: {
            /**
             * @description an e-mail, a CPF or a CRM such as 123456-SP
             * @example ana.souza@example.com
             */
            identifier: string;
            /** @example girassol-amarelo-42 */
            password: string;
        };
        MedicalFile: {
            id: components["schemas"]["Id"];
            appointmentId: components["schemas"]["Id"];
            /** @example exame.pdf */
            name: string;
            /** @enum {unknown} */
            mediaType: "application/pdf" | "image/jpeg" | "image/png";
            /** @example 34567 */
            sizeBytes: number;
            /**
             * @description SHA-256 of the content, hexadecimal
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            sha256: string;
            createdAt: components["schemas"]["Instant"];
        };
        MedicalReport: components["schemas"]["MedicalReportVersion"] & {
            id: components["schemas"]["Id"];
            appointmentId: components["schemas"]["Id"];
            doctorId: components["schemas"]["Id"];
            patientId: components["schemas"]["Id"];
            updatedAt: components["schemas"]["Instant"];
        };
        MedicalReportHead: {
            id: components["schemas"]["Id"];
            appointmentId: components["schemas"]["Id"];
            /** @example Relatório médico */
            title: string;
            /** @example 1 */
            version: number;
            createdAt: components["schemas"]["Instant"];
            updatedAt: components["schemas"]["Instant"];
            doctor: {
                id: components["schemas"]["Id"];
                /** @example Ana Beatriz Souza */
                fullName: string;
                crm: components["schemas"]["Crm"] | null;
            };
            patient: components["schemas"]["ShownPatient"];
        };
        MedicalReportVersion: {
            /** @example 1 */
            version: number;
            /** @example Relatório médico */
            title: string;
            /** @example Paciente em acompanhamento, sem queixas. */
            body: string;
            cid10: string[];
            /**
             * @description why the version replaced the one before; null for the first
             * @example null
             */
            reason: string | null;
            createdAt: components["schemas"]["Instant"];
        };
        /**
         * @description null on the last page
         * @example null
         */
        NextCursor: string | null;
        NextSlots: {
            doctorId: components["schemas"]["Id"];
            slots: components["schemas"]["OpenSlot"][];
            booking: {
                /**
                 * @example manual
                 * @enum {unknown}
                 */
                confirmation: "automatic" | "manual";
                /** @example 24 */
                confirmWithinHours: number | null;
                /** @example 0 */
                minCancelNoticeMinutes: number;
            };
        };
        OpenSlot: {
            id: components["schemas"]["Id"];
            scheduleId: components["schemas"]["Id"];
            startsAt: components["schemas"]["Instant"];
            endsAt: components["schemas"]["Instant"];
            timeZone: components["schemas"]["TimeZone"];
        };
        /** @example girassol-amarelo-42 */
        Password: string;
        /**
         * @description E.164
         * @example +5511987654321
         */
        Phone: string;
        Place: {
            /** @example São Paulo */
            city: string;
            /** @example SP */
            state: string;
            /** @example 42 */
            doctors: number;
        };
        Problem: {
            /** @example urn:consulta:problem:bad_request */
            type: string;
            title: string;
            status: number;
            /** @description what to change */
            detail: string;
            code: components["schemas"]["ErrorCode"];
            /** @description each fault of a bad request */
            errors?: {
                /**
                 * @description RFC 6901
                 * @example /email
                 */
                pointer: string;
                code: components["schemas"]["FaultCode"];
                message: string;
            }[];
        } & {
            [key: string]: unknown;
        };
        Rating: {
            /**
             * @description null while there is no rating
             * @example 4.8
             */
            average: number | null;
            /** @example 42 */
            count: number;
        };
        Reason: {
            /** @example Documento vencido */
            reason: string;
        };
        RefreshToken: {
            /** @example kT3v9QmZ… */
            refreshToken?: string;
        };
        RegisterUser: {
            /**
             * @example doctor
             * @enum {unknown}
             */
            role: "patient" | "doctor";
            fullName: components["schemas"]["FullName"];
            socialName?: components["schemas"]["SocialName"] | null;
            birthDate?: components["schemas"]["Date"];
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
            cpf: components["schemas"]["Cpf"];
            phone: components["schemas"]["Phone"];
            address?: components["schemas"]["Address"] | null;
            doctor?: components["schemas"]["DoctorProfileInput"];
        };
        RegisteredBefore: {
            id: components["schemas"]["Id"];
        };
        ReplyToReview: {
            /** @example Obrigado pela visita. */
            text: string;
        };
        RequestAppointment: {
            slotId: components["schemas"]["Id"];
            mode?: components["schemas"]["ConsultationMode"];
            /** @example Primeira consulta */
            note?: string | null;
        };
        RescheduleAppointment: {
            slotId: components["schemas"]["Id"];
            mode?: components["schemas"]["ConsultationMode"];
        };
        Review: {
            id: components["schemas"]["Id"];
            /** @example 5 */
            rating: number;
            /** @example Atendimento atencioso. */
            comment: string | null;
            givenAt: components["schemas"]["Instant"];
            /** @example Obrigado pela visita. */
            reply?: string;
        };
        Rqe: {
            specialty: components["schemas"]["Specialty"];
            /** @example 54321 */
            number: string;
        };
        Schedule: components["schemas"]["DateSchedule"] | components["schemas"]["WeeklySchedule"];
        ScheduleInput: components["schemas"]["DateScheduleInput"] | components["schemas"]["WeeklyScheduleInput"];
        SchedulePreview: {
            slots: components["schemas"]["Interval"][];
            /** @description the doctor's other slots that overlap, at most 100 */
            conflicts: {
                scheduleId: components["schemas"]["Id"];
                startsAt: components["schemas"]["Instant"];
                endsAt: components["schemas"]["Instant"];
            }[];
        };
        ScheduleSlot: {
            id: components["schemas"]["Id"];
            startsAt: components["schemas"]["Instant"];
            endsAt: components["schemas"]["Instant"];
            timeZone: components["schemas"]["TimeZone"];
            /**
             * @example taken
             * @enum {unknown}
             */
            status: "open" | "taken";
            appointmentId?: components["schemas"]["Id"];
        };
        Session: {
            id: components["schemas"]["Id"];
            createdAt: components["schemas"]["Instant"];
            lastUsedAt: components["schemas"]["Instant"];
            expiresAt: components["schemas"]["Instant"];
            /** @example Mozilla/5.0 (X11; Linux x86_64) */
            userAgent: string | null;
            /**
             * @description the one this request belongs to
             * @example true
             */
            current: boolean;
        };
        ShownDoctor: {
            id: components["schemas"]["Id"];
            /** @example Ana Beatriz Souza */
            fullName: string;
            /**
             * @example dr
             * @enum {unknown}
             */
            honorific: "dr" | "dra" | null;
            crm: components["schemas"]["Crm"] | null;
            specialties: string[];
            address: components["schemas"]["Address"] | null;
        };
        ShownPatient: {
            id: components["schemas"]["Id"];
            /** @example Ana Beatriz Souza */
            fullName: string;
            /** @example null */
            socialName: string | null;
        };
        /** @description future slots */
        SlotCounts: {
            /** @example 8 */
            open: number;
            /** @example 2 */
            taken: number;
        };
        /** @example Bia Souza */
        SocialName: string;
        /**
         * @description a name from `GET /specialties`
         * @example Cardiologia
         */
        Specialty: string;
        /**
         * @example SP
         * @enum {unknown}
         */
        State: "AC" | "AL" | "AM" | "AP" | "BA" | "CE" | "DF" | "ES" | "GO" | "MA" | "MG" | "MS" | "MT" | "PA" | "PB" | "PE" | "PI" | "PR" | "RJ" | "RN" | "RO" | "RR" | "RS" | "SC" | "SE" | "SP" | "TO";
        /**
         * @description IANA name
         * @example America/Sao_Paulo
         */
        TimeZone: string;
        TokenPair: {
            /** @example eyJhbGciOiJSUzI1NiJ9… */
            accessToken: string;
            /** @constant */
            tokenType: "Bearer";
            /**
             * @description seconds
             * @example 600
             */
            expiresIn: number;
            /**
             * @description absent when it travels in a cookie
             * @example kT3v9QmZ…
             */
            refreshToken?: string;
        };
        UpdateMe: {
            fullName?: components["schemas"]["FullName"];
            socialName?: components["schemas"]["SocialName"] | null;
            email?: components["schemas"]["Email"];
            /**
             * @description the present one; for a new e-mail only
             * @example girassol-amarelo-42
             */
            password?: string;
            phone?: components["schemas"]["Phone"];
            address?: components["schemas"]["Address"] | null;
            doctor?: {
                specialties?: components["schemas"]["Specialty"][];
                rqes?: components["schemas"]["Rqe"][];
                bio?: components["schemas"]["Bio"] | null;
                /**
                 * @example dr
                 * @enum {unknown}
                 */
                honorific?: "dr" | "dra" | null;
                consultationPriceCents?: components["schemas"]["Cents"];
                insurances?: components["schemas"]["Insurance"][];
                modes?: components["schemas"]["ConsultationMode"][];
            };
        };
        /** @description An account, as its owner reads it */
        User: {
            id: components["schemas"]["Id"];
            /**
             * @example doctor
             * @enum {unknown}
             */
            role: "patient" | "doctor" | "admin";
            /** @example Ana Beatriz Souza */
            fullName: string;
            /** @example Bia Souza */
            socialName: string | null;
            birthDate: components["schemas"]["Date"] | null;
            /** @example ana.souza@example.com */
            email: string;
            /** @example 52998224725 */
            cpf: string | null;
            /** @example +5511987654321 */
            phone: string | null;
            address: components["schemas"]["Address"] | null;
            doctor?: components["schemas"]["DoctorProfile"];
            createdAt: components["schemas"]["Instant"];
            updatedAt: components["schemas"]["Instant"];
        };
        /**
         * @example verified
         * @enum {unknown}
         */
        VerificationState: "pending" | "verified" | "suspended";
        /** @enum {unknown} */
        Weekday: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
        WeeklySchedule: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "weekly";
            weekdays: components["schemas"]["Weekday"][];
            startTime: components["schemas"]["LocalTime"];
            endTime: components["schemas"]["EndTime"];
            /** @example 30 */
            slotMinutes: number;
            timeZone: components["schemas"]["TimeZone"];
            validFrom: components["schemas"]["Date"];
            validUntil?: components["schemas"]["Date"] | null;
            /** @description days off */
            exceptDates?: components["schemas"]["Date"][];
            /** @example true */
            active: boolean;
            id: components["schemas"]["Id"];
            doctorId: components["schemas"]["Id"];
            slots: components["schemas"]["SlotCounts"];
            createdAt: components["schemas"]["Instant"];
            updatedAt: components["schemas"]["Instant"];
        };
        /** @description Back-to-back slots between two local times on chosen weekdays */
        WeeklyScheduleInput: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "weekly";
            weekdays: components["schemas"]["Weekday"][];
            startTime: components["schemas"]["LocalTime"];
            endTime: components["schemas"]["EndTime"];
            /** @example 30 */
            slotMinutes: number;
            timeZone: components["schemas"]["TimeZone"];
            validFrom: components["schemas"]["Date"];
            validUntil?: components["schemas"]["Date"] | null;
            /** @description days off */
            exceptDates?: components["schemas"]["Date"][];
            /**
             * @description an inactive schedule offers no slots
             * @default true
             */
            active: boolean;
        };
    };
    responses: {
        /** @description OK */
        200: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @constant */
                    status: "ok";
                };
            };
        };
        /** @description Accepted */
        202: {
            headers: {
                Location: components["headers"]["Location-3"];
                "Preference-Applied": components["headers"]["Preference-Applied"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Appointment"];
            };
        };
        /** @description No Content */
        204: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Not Modified */
        304: {
            headers: {
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Bad Request */
        400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request";
                };
            };
        };
        /** @description Not Found */
        404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "not_found";
                };
            };
        };
        /** @description Gone */
        410: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "gone";
                };
            };
        };
        /** @description Precondition Failed */
        412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "stale_version";
                };
            };
        };
        /** @description Unprocessable Entity */
        422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "idempotency_key_reused";
                };
            };
        };
        /** @description Too Many Requests */
        429: {
            headers: {
                "Retry-After": components["headers"]["Retry-After-2"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "too_many_attempts" | "rate_limited";
                };
            };
        };
        /** @description Refused at the entrance */
        default: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request" | "misdirected" | "rate_limited";
                };
            };
        };
        /** @description Refused at the entrance */
        "default-3": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request" | "misdirected" | "rate_limited" | "overloaded" | "unavailable";
                };
            };
        };
        /** @description Refused at the entrance */
        "default-4": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request" | "request_timeout" | "misdirected" | "payload_too_large" | "unsupported_media_type" | "rate_limited" | "overloaded" | "unavailable";
                };
            };
        };
        /** @description OK */
        "200-6": {
            headers: {
                "Set-Cookie": components["headers"]["Set-Cookie"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["TokenPair"];
            };
        };
        /** @description Refused at the entrance */
        "default-5": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request" | "request_timeout" | "misdirected" | "payload_too_large" | "unsupported_media_type" | "overloaded" | "unavailable";
                };
            };
        };
        /** @description Unauthorized */
        "401-2": {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "Set-Cookie": components["headers"]["Set-Cookie"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "invalid_refresh_token";
                };
            };
        };
        /** @description OK */
        "200-8": {
            headers: {
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["User"];
            };
        };
        /** @description Refused at the entrance */
        "default-6": {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate-2"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request" | "unauthorized" | "misdirected" | "rate_limited" | "overloaded" | "unavailable";
                };
            };
        };
        /** @description Unauthorized */
        "401-3": {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "unauthorized" | "invalid_credentials";
                };
            };
        };
        /** @description Refused at the entrance */
        "default-8": {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate-2"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request" | "unauthorized" | "forbidden" | "misdirected" | "rate_limited" | "overloaded" | "unavailable";
                };
            };
        };
        /** @description OK */
        "200-11": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AdminDoctor"];
            };
        };
        /** @description Conflict */
        "409-4": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "invalid_verification" | "idempotency_in_progress";
                };
            };
        };
        /** @description Refused at the entrance */
        "default-9": {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate-2"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request" | "unauthorized" | "forbidden" | "request_timeout" | "misdirected" | "payload_too_large" | "unsupported_media_type" | "rate_limited" | "overloaded" | "unavailable";
                };
            };
        };
        /** @description OK */
        "200-18": {
            headers: {
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Schedule"];
            };
        };
        /** @description OK */
        "200-23": {
            headers: {
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["BookingSettings"];
            };
        };
        /** @description Created */
        "201-3": {
            headers: {
                Location: components["headers"]["Location-3"];
                "Preference-Applied": components["headers"]["Preference-Applied"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Appointment"];
            };
        };
        /** @description OK */
        "200-25": {
            headers: {
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Appointment"];
            };
        };
        /** @description OK */
        "200-27": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Appointment"];
            };
        };
        /** @description Conflict */
        "409-10": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "invalid_transition" | "idempotency_in_progress";
                };
            };
        };
        /** @description OK */
        "200-28": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Appointment"];
            };
        };
        /** @description OK */
        "200-38": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    items: components["schemas"]["MedicalFile"][];
                    nextCursor: components["schemas"]["NextCursor"];
                };
            };
        };
        /** @description Conflict */
        "409-18": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "content_damaged";
                };
            };
        };
        /** @description OK */
        "200-41": {
            headers: {
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["MedicalReport"];
            };
        };
    };
    parameters: {
        /**
         * @description The ETag of the answer already known
         * @example "1"
         */
        "If-None-Match": string;
        /**
         * @description Same key and body, done once, for 24 hours
         * @example pedido-2031-0001
         */
        "Idempotency-Key": string;
        /** @example cookie */
        "x-token-transport": "cookie";
        /**
         * @description The version (ETag or quoted revision) the change is based on
         * @example "1"
         */
        "If-Match": string;
        /** @example 20 */
        limit: number;
        /**
         * @description `nextCursor` of the page before
         * @example WyIyMDMxLTAzLTEwIl0
         */
        cursor: string;
        /**
         * @description UUIDv7
         * @example 0193b7a4-5c00-7000-8000-000000000000
         */
        id: components["schemas"]["Id"];
        /**
         * @description RFC 3339 instant in UTC
         * @example 2031-03-10T12:00:00.000Z
         */
        from: components["schemas"]["Instant"];
        /**
         * @description RFC 3339 instant in UTC
         * @example 2031-03-10T12:00:00.000Z
         */
        to: components["schemas"]["Instant"];
        /**
         * @description `wait=N`: wait up to N seconds (10 at most) for the decision
         * @example wait=10
         */
        Prefer: string;
        /**
         * @description UUIDv7
         * @example 0193b7a4-5c00-7000-8000-000000000000
         */
        patientId: components["schemas"]["Id"];
        /**
         * @description UUIDv7
         * @example 0193b7a4-5c00-7000-8000-000000000000
         */
        reportId: components["schemas"]["Id"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description Seconds to wait
         * @example 1
         */
        "Retry-After": number;
        /**
         * @description The version answered, for If-Match
         * @example "1"
         */
        ETag: string;
        /**
         * @description Where to read it
         * @example /api/v1/users/me
         */
        Location: string;
        /**
         * @description With `X-Token-Transport: cookie`
         * @example __Host-refresh=…; HttpOnly
         */
        "Set-Cookie": string;
        /**
         * @description RFC 6750
         * @example Bearer realm="consulta", error="invalid_token"
         */
        "WWW-Authenticate": string;
        /**
         * @description Seconds to wait
         * @example 1
         */
        "Retry-After-2": number;
        /**
         * @description RFC 6750
         * @example Bearer realm="consulta", error="invalid_token"
         */
        "WWW-Authenticate-2": string;
        /**
         * @description Where to read it
         * @example /api/v1/schedules/0193b7a4-5c00-7000-8000-000000000000
         */
        "Location-2": string;
        /**
         * @description Where to read it
         * @example /api/v1/appointments/0193b7a4-5c00-7000-8000-000000000000
         */
        "Location-3": string;
        /**
         * @description The wait that was honoured
         * @example wait=10
         */
        "Preference-Applied": string;
        /**
         * @description Where to read it
         * @example /api/v1/appointments/0193b7a4-5c00-7000-8000-000000000000
         */
        "Location-4": string;
        /**
         * @description Where to read it
         * @example /api/v1/appointments/0193b7a4-5c00-7000-8000-000000000000/feedbacks/0193b7a4-5c00-7000-8000-000000000000
         */
        "Location-5": string;
        /**
         * @description Where to read it
         * @example /api/v1/files/0193b7a4-5c00-7000-8000-000000000000
         */
        "Location-6": string;
        /**
         * @description Where to read it
         * @example /api/v1/files/0193b7a4-5c00-7000-8000-000000000000/accesses
         */
        "Location-7": string;
        /**
         * @description Ranges can be asked for
         * @example bytes
         */
        "Accept-Ranges": string;
        /**
         * @description Always a download
         * @example attachment; filename="exame.pdf"
         */
        "Content-Disposition": string;
        /**
         * @description Which bytes these are
         * @example bytes 0-1023/34567
         */
        "Content-Range": string;
        /**
         * @description How long the content is
         * @example bytes *\/34567
         */
        "Content-Range-2": string;
        /**
         * @description Where to read it
         * @example /api/v1/appointments/0193b7a4-5c00-7000-8000-000000000000/medical-reports/0193b7a4-5c00-7000-8000-000000000000
         */
        "Location-8": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200"];
            400: components["responses"]["400"];
            default: components["responses"]["default"];
        };
    };
    readReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200"];
            400: components["responses"]["400"];
            /** @description Refused at the entrance */
            default: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request" | "misdirected" | "rate_limited" | "unavailable";
                    };
                };
            };
        };
    };
    readOpenApiDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            304: components["responses"]["304"];
            400: components["responses"]["400"];
            default: components["responses"]["default"];
        };
    };
    readDocumentation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html><html lang="en">…</html> */
                    "text/html": string;
                };
            };
            304: components["responses"]["304"];
            400: components["responses"]["400"];
            default: components["responses"]["default"];
        };
    };
    readFileOfDocumentation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @example style.css */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example body { margin: 0 } */
                    "text/css": string;
                    /** @example /* a script *\/ */
                    "text/javascript": string;
                };
            };
            304: components["responses"]["304"];
            404: components["responses"]["404"];
            default: components["responses"]["default"];
        };
    };
    readVerificationKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            /** @example RSA */
                            kty: string;
                            /** @example chave-1 */
                            kid: string;
                            /** @example RS256 */
                            alg: string;
                            /** @example sig */
                            use: string;
                            /** @example u1SU1LfVLPHCozMxH2Mo… */
                            n: string;
                            /** @example AQAB */
                            e: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-3"];
        };
    };
    registerUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "doctor",
                 *       "fullName": "Ana Beatriz Souza",
                 *       "socialName": "Bia Souza",
                 *       "birthDate": "1990-04-12",
                 *       "email": "ana.souza@example.com",
                 *       "password": "girassol-amarelo-42",
                 *       "cpf": "52998224725",
                 *       "phone": "+5511987654321",
                 *       "address": {
                 *         "street": "Rua das Laranjeiras",
                 *         "number": "1200",
                 *         "complement": "sala 42",
                 *         "neighborhood": "Centro",
                 *         "city": "São Paulo",
                 *         "state": "SP",
                 *         "postalCode": "01310100"
                 *       },
                 *       "doctor": {
                 *         "crm": {
                 *           "number": "123456",
                 *           "state": "SP"
                 *         },
                 *         "specialties": [
                 *           "Cardiologia"
                 *         ],
                 *         "rqes": [
                 *           {
                 *             "specialty": "Cardiologia",
                 *             "number": "54321"
                 *           }
                 *         ],
                 *         "bio": "Atendimento com hora marcada.",
                 *         "honorific": "dr",
                 *         "consultationPriceCents": 25000,
                 *         "insurances": [
                 *           "Unimed"
                 *         ],
                 *         "modes": [
                 *           "in_person"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RegisterUser"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"] | components["schemas"]["RegisteredBefore"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "email_taken" | "cpf_taken" | "crm_taken" | "idempotency_in_progress";
                    };
                };
            };
            422: components["responses"]["422"];
            default: components["responses"]["default-4"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @example cookie */
                "x-token-transport"?: components["parameters"]["x-token-transport"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "identifier": "ana.souza@example.com",
                 *       "password": "girassol-amarelo-42"
                 *     }
                 */
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            200: components["responses"]["200-6"];
            /** @description Unauthorized */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_credentials";
                    };
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_suspended";
                    };
                };
            };
            429: components["responses"]["429"];
            default: components["responses"]["default-5"];
        };
    };
    refreshTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @example cookie */
                "x-token-transport"?: components["parameters"]["x-token-transport"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refreshToken": "kT3v9QmZ…"
                 *     }
                 */
                "application/json": components["schemas"]["RefreshToken"] | null;
            };
        };
        responses: {
            200: components["responses"]["200-6"];
            401: components["responses"]["401-2"];
            default: components["responses"]["default-4"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @example cookie */
                "x-token-transport"?: components["parameters"]["x-token-transport"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refreshToken": "kT3v9QmZ…"
                 *     }
                 */
                "application/json": components["schemas"]["RefreshToken"] | null;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["401-2"];
            default: components["responses"]["default-4"];
        };
    };
    readOwnAccount: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-8"];
            304: components["responses"]["304"];
            404: components["responses"]["404"];
            default: components["responses"]["default-6"];
        };
    };
    deleteOwnAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "girassol-amarelo-42"
                 *     }
                 */
                "application/json": components["schemas"]["DeleteAccount"];
            };
        };
        responses: {
            204: components["responses"]["204"];
            401: components["responses"]["401-3"];
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "last_administrator";
                    };
                };
            };
            429: components["responses"]["429"];
            default: components["responses"]["default-5"];
        };
    };
    changeOwnAccount: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version (ETag or quoted revision) the change is based on
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fullName": "Ana Beatriz Souza",
                 *       "socialName": "Bia Souza",
                 *       "email": "ana.souza@example.com",
                 *       "password": "girassol-amarelo-42",
                 *       "phone": "+5511987654321",
                 *       "address": {
                 *         "street": "Rua das Laranjeiras",
                 *         "number": "1200",
                 *         "complement": "sala 42",
                 *         "neighborhood": "Centro",
                 *         "city": "São Paulo",
                 *         "state": "SP",
                 *         "postalCode": "01310100"
                 *       },
                 *       "doctor": {
                 *         "specialties": [
                 *           "Cardiologia"
                 *         ],
                 *         "rqes": [
                 *           {
                 *             "specialty": "Cardiologia",
                 *             "number": "54321"
                 *           }
                 *         ],
                 *         "bio": "Atendimento com hora marcada.",
                 *         "honorific": "dr",
                 *         "consultationPriceCents": 25000,
                 *         "insurances": [
                 *           "Unimed"
                 *         ],
                 *         "modes": [
                 *           "in_person"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UpdateMe"];
            };
        };
        responses: {
            200: components["responses"]["200-8"];
            401: components["responses"]["401-3"];
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "email_taken";
                    };
                };
            };
            412: components["responses"]["412"];
            429: components["responses"]["429"];
            default: components["responses"]["default-5"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "girassol-amarelo-42",
                 *       "newPassword": "ipê-roxo-florido-77"
                 *     }
                 */
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            204: components["responses"]["204"];
            401: components["responses"]["401-3"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            default: components["responses"]["default-5"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Session"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-6"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["204"];
            404: components["responses"]["404"];
            /** @description Refused at the entrance */
            default: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate-2"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request" | "unauthorized" | "request_timeout" | "misdirected" | "payload_too_large" | "unsupported_media_type" | "rate_limited" | "overloaded" | "unavailable";
                    };
                };
            };
        };
    };
    listDoctorsToAdminister: {
        parameters: {
            query?: {
                /** @example verified */
                verification?: components["schemas"]["VerificationState"];
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AdminDoctor"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
    verifyDoctor: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description The version (ETag or quoted revision) the change is based on
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-11"];
            404: components["responses"]["404"];
            409: components["responses"]["409-4"];
            412: components["responses"]["412"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    reinstateDoctor: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-11"];
            404: components["responses"]["404"];
            409: components["responses"]["409-4"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    suspendDoctor: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Documento vencido"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            200: components["responses"]["200-11"];
            404: components["responses"]["404"];
            409: components["responses"]["409-4"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    readDoctor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoctorDetails"];
                };
            };
            404: components["responses"]["404"];
            default: components["responses"]["default-3"];
        };
    };
    listPlaces: {
        parameters: {
            query?: {
                /**
                 * @description the beginning of any word
                 * @example sao pau
                 */
                q?: string;
                /** @example 20 */
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Place"][];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-3"];
        };
    };
    listSpecialties: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default"];
        };
    };
    listInsurances: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-3"];
        };
    };
    searchDoctors: {
        parameters: {
            query?: {
                /**
                 * @description a name from `GET /specialties`
                 * @example Cardiologia
                 */
                specialty?: components["schemas"]["Specialty"];
                /** @example São Paulo */
                city?: components["schemas"]["City"];
                /** @example SP */
                state?: components["schemas"]["State"];
                /**
                 * @description finds every word of it anywhere in the name
                 * @example Ana Souza
                 */
                name?: string;
                /**
                 * @description 123456 or 123456-SP
                 * @example 123456-SP
                 */
                crm?: string;
                /** @example Unimed */
                insurance?: components["schemas"]["Insurance"];
                /** @example in_person */
                mode?: components["schemas"]["ConsultationMode"];
                /** @example 4 */
                minRating?: number;
                /**
                 * @description centavos of real
                 * @example 25000
                 */
                maxPriceCents?: components["schemas"]["Cents"];
                /**
                 * @description RFC 3339 instant in UTC
                 * @example 2031-03-10T12:00:00.000Z
                 */
                availableBefore?: components["schemas"]["Instant"];
                /**
                 * @description `nextAvailable` unless said
                 * @example nextAvailable
                 */
                sort?: "nextAvailable" | "price" | "name" | "rating";
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DoctorSummary"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-3"];
        };
    };
    listSchedules: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Schedule"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
    createSchedule: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "date",
                 *       "date": "2031-03-10",
                 *       "times": [
                 *         "09:00"
                 *       ],
                 *       "slotMinutes": 30,
                 *       "timeZone": "America/Sao_Paulo",
                 *       "active": true
                 *     }
                 */
                "application/json": components["schemas"]["ScheduleInput"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    Location: components["headers"]["Location-2"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "schedule_overlaps" | "too_many_schedules" | "idempotency_in_progress";
                    };
                };
            };
            410: components["responses"]["410"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    readSchedule: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-18"];
            304: components["responses"]["304"];
            404: components["responses"]["404"];
            default: components["responses"]["default-8"];
        };
    };
    replaceSchedule: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version (ETag or quoted revision) the change is based on
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "date",
                 *       "date": "2031-03-10",
                 *       "times": [
                 *         "09:00"
                 *       ],
                 *       "slotMinutes": 30,
                 *       "timeZone": "America/Sao_Paulo",
                 *       "active": true
                 *     }
                 */
                "application/json": components["schemas"]["ScheduleInput"];
            };
        };
        responses: {
            200: components["responses"]["200-18"];
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "schedule_overlaps" | "too_many_schedules" | "schedule_has_appointments";
                    };
                };
            };
            412: components["responses"]["412"];
            default: components["responses"]["default-9"];
        };
    };
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version (ETag or quoted revision) the change is based on
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["204"];
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "schedule_has_appointments";
                    };
                };
            };
            412: components["responses"]["412"];
            default: components["responses"]["default-9"];
        };
    };
    listSlotsOfSchedule: {
        parameters: {
            query?: {
                /**
                 * @description RFC 3339 instant in UTC
                 * @example 2031-03-10T12:00:00.000Z
                 */
                from?: components["parameters"]["from"];
                /**
                 * @description RFC 3339 instant in UTC
                 * @example 2031-03-10T12:00:00.000Z
                 */
                to?: components["parameters"]["to"];
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ScheduleSlot"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            404: components["responses"]["404"];
            default: components["responses"]["default-8"];
        };
    };
    previewSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "date",
                 *       "date": "2031-03-10",
                 *       "times": [
                 *         "09:00"
                 *       ],
                 *       "slotMinutes": 30,
                 *       "timeZone": "America/Sao_Paulo",
                 *       "active": true
                 *     }
                 */
                "application/json": components["schemas"]["ScheduleInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulePreview"];
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-9"];
        };
    };
    listOpenSlots: {
        parameters: {
            query?: {
                /**
                 * @description RFC 3339 instant in UTC
                 * @example 2031-03-10T12:00:00.000Z
                 */
                from?: components["parameters"]["from"];
                /**
                 * @description RFC 3339 instant in UTC
                 * @example 2031-03-10T12:00:00.000Z
                 */
                to?: components["parameters"]["to"];
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["OpenSlot"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            404: components["responses"]["404"];
            default: components["responses"]["default-3"];
        };
    };
    listNextSlots: {
        parameters: {
            query: {
                /**
                 * @example [
                 *       "0193b7a4-5c00-7000-8000-000000000000"
                 *     ]
                 */
                doctorIds: components["schemas"]["Id"][];
                /**
                 * @description slots a doctor
                 * @example 3
                 */
                limit?: number;
                /**
                 * @description RFC 3339 instant in UTC
                 * @example 2031-03-10T12:00:00.000Z
                 */
                from?: components["parameters"]["from"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["NextSlots"][];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-3"];
        };
    };
    readBookingSettings: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-23"];
            304: components["responses"]["304"];
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
    changeBookingSettings: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version (ETag or quoted revision) the change is based on
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "autoConfirm": false,
                 *       "confirmWithinHours": 24,
                 *       "minBookingNoticeMinutes": 0,
                 *       "minCancelNoticeMinutes": 0
                 *     }
                 */
                "application/json": components["schemas"]["BookingSettingsInput"];
            };
        };
        responses: {
            200: components["responses"]["200-23"];
            412: components["responses"]["412"];
            default: components["responses"]["default-9"];
        };
    };
    listAppointments: {
        parameters: {
            query?: {
                /**
                 * @example [
                 *       "confirmed"
                 *     ]
                 */
                status?: components["schemas"]["AppointmentStatus"][];
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                patientId?: components["parameters"]["patientId"];
                /** @example asc */
                order?: "asc" | "desc";
                /**
                 * @description RFC 3339 instant in UTC
                 * @example 2031-03-10T12:00:00.000Z
                 */
                from?: components["parameters"]["from"];
                /**
                 * @description RFC 3339 instant in UTC
                 * @example 2031-03-10T12:00:00.000Z
                 */
                to?: components["parameters"]["to"];
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Appointment"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
    bookAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N`: wait up to N seconds (10 at most) for the decision
                 * @example wait=10
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "slotId": "0193b7a4-5c00-7000-8000-000000000000",
                 *       "mode": "in_person",
                 *       "note": "Primeira consulta"
                 *     }
                 */
                "application/json": components["schemas"]["RequestAppointment"];
            };
        };
        responses: {
            201: components["responses"]["201-3"];
            202: components["responses"]["202"];
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    Location: components["headers"]["Location-4"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "slot_taken" | "slot_withdrawn" | "patient_busy" | "doctor_unavailable" | "already_yours" | "too_many_requests_open" | "too_many_appointments" | "idempotency_in_progress";
                    };
                };
            };
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    rescheduleAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /**
                 * @description `wait=N`: wait up to N seconds (10 at most) for the decision
                 * @example wait=10
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "slotId": "0193b7a4-5c00-7000-8000-000000000000",
                 *       "mode": "in_person"
                 *     }
                 */
                "application/json": components["schemas"]["RescheduleAppointment"];
            };
        };
        responses: {
            201: components["responses"]["201-3"];
            202: components["responses"]["202"];
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    Location: components["headers"]["Location-4"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_transition" | "too_late" | "slot_taken" | "slot_withdrawn" | "patient_busy" | "doctor_unavailable" | "already_yours" | "original_closed" | "reschedule_pending" | "too_many_appointments" | "idempotency_in_progress";
                    };
                };
            };
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    readAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-25"];
            304: components["responses"]["304"];
            404: components["responses"]["404"];
            default: components["responses"]["default-8"];
        };
    };
    withdrawAppointment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-28"];
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_transition" | "too_late";
                    };
                };
            };
            default: components["responses"]["default-9"];
        };
    };
    annotateAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version (ETag or quoted revision) the change is based on
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "note": "Primeira consulta"
                 *     }
                 */
                "application/json": components["schemas"]["AnnotateAppointment"];
            };
        };
        responses: {
            200: components["responses"]["200-25"];
            404: components["responses"]["404"];
            412: components["responses"]["412"];
            default: components["responses"]["default-9"];
        };
    };
    listStepsOfAppointment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["HistoryEntry"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            404: components["responses"]["404"];
            default: components["responses"]["default-8"];
        };
    };
    confirmAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-27"];
            404: components["responses"]["404"];
            409: components["responses"]["409-10"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    startAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-27"];
            404: components["responses"]["404"];
            409: components["responses"]["409-10"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    concludeAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-27"];
            404: components["responses"]["404"];
            409: components["responses"]["409-10"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    noteNoShow: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-27"];
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_transition" | "too_early" | "idempotency_in_progress";
                    };
                };
            };
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    reopenAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-27"];
            404: components["responses"]["404"];
            409: components["responses"]["409-10"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    declineAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Documento vencido"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            200: components["responses"]["200-27"];
            404: components["responses"]["404"];
            409: components["responses"]["409-10"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    cancelAppointment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Documento vencido"
                 *     }
                 */
                "application/json": components["schemas"]["CancelAppointment"];
            };
        };
        responses: {
            200: components["responses"]["200-28"];
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_transition" | "too_late" | "idempotency_in_progress";
                    };
                };
            };
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    followEvents: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Resume after this event
                 * @example 42
                 */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 42
                     *     event: appointment
                     *     data: {"appointmentId":"0193b7a4-5c00-7000-8000-000000000000","status":"confirmed","at":"2031-03-10T12:00:00.000Z"}
                     */
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
    listFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Feedback"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            404: components["responses"]["404"];
            default: components["responses"]["default-8"];
        };
    };
    giveFeedback: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "rating": 5,
                 *       "comment": "Atendimento atencioso."
                 *     }
                 */
                "application/json": components["schemas"]["GiveFeedback"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    Location: components["headers"]["Location-5"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "appointment_not_concluded" | "feedback_already_given" | "idempotency_in_progress";
                    };
                };
            };
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    replyToReview: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "Obrigado pela visita."
                 *     }
                 */
                "application/json": components["schemas"]["ReplyToReview"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Review"];
                };
            };
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "reply_already_given" | "idempotency_in_progress";
                    };
                };
            };
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    readFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                feedbackId: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            404: components["responses"]["404"];
            default: components["responses"]["default-8"];
        };
    };
    listReviews: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Review"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            404: components["responses"]["404"];
            default: components["responses"]["default-6"];
        };
    };
    listOwnDoctors: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AcquaintedDoctor"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
    listOwnPatients: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AcquaintedPatient"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
    readFigures: {
        parameters: {
            query?: {
                /**
                 * @description a date, or an instant (its day in São Paulo)
                 * @example 2031-03-10
                 */
                from?: components["schemas"]["Date"] | components["schemas"]["Instant"];
                /**
                 * @description a date, or an instant (its day in São Paulo)
                 * @example 2031-03-10
                 */
                to?: components["schemas"]["Date"] | components["schemas"]["Instant"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Figures"];
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
    listFilesOfAppointment: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-38"];
            404: components["responses"]["404"];
            default: components["responses"]["default-8"];
        };
    };
    uploadFile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "file": "(the bytes of exame.pdf)"
                 *     }
                 */
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description PDF, JPEG or PNG, at most 9 MiB
                     * @example (the bytes of exame.pdf)
                     */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    Location: components["headers"]["Location-6"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MedicalFile"];
                };
            };
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_transition" | "quota_exceeded" | "idempotency_in_progress";
                    };
                };
            };
            410: components["responses"]["410"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    listFileAccesses: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FileAccess"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            404: components["responses"]["404"];
            default: components["responses"]["default-8"];
        };
    };
    grantFileAccess: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "doctorId": "0193b7a4-5c00-7000-8000-000000000000",
                 *       "expiresAt": "2031-03-10T12:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["GrantAccess"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    Location: components["headers"]["Location-7"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileAccess"];
                };
            };
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "idempotency_in_progress";
                    };
                };
            };
            410: components["responses"]["410"];
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    revokeFileAccess: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                accessId: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["204"];
            404: components["responses"]["404"];
            default: components["responses"]["default-9"];
        };
    };
    listFiles: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-38"];
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
    readFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MedicalFile"];
                };
            };
            404: components["responses"]["404"];
            default: components["responses"]["default-8"];
        };
    };
    deleteFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["204"];
            404: components["responses"]["404"];
            default: components["responses"]["default-9"];
        };
    };
    downloadFile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A range of bytes
                 * @example bytes=0-1023
                 */
                Range?: string;
                /**
                 * @description The ETag of the content the range is of
                 * @example "0000000000000000000000000000000000000000000000000000000000000000"
                 */
                "If-Range"?: string;
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example %PDF-1.7 … */
                    "application/pdf": string;
                    "image/jpeg": string;
                    "image/png": string;
                };
            };
            /** @description Partial Content */
            206: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Content-Range": components["headers"]["Content-Range"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example %PDF-1.7 … */
                    "application/pdf": string;
                    "image/jpeg": string;
                    "image/png": string;
                };
            };
            304: components["responses"]["304"];
            404: components["responses"]["404"];
            409: components["responses"]["409-18"];
            /** @description Range Not Satisfiable */
            416: {
                headers: {
                    "Content-Range": components["headers"]["Content-Range-2"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "range_not_satisfiable";
                    };
                };
            };
            default: components["responses"]["default-8"];
        };
    };
    listMedicalReports: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MedicalReport"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            404: components["responses"]["404"];
            409: components["responses"]["409-18"];
            default: components["responses"]["default-8"];
        };
    };
    issueMedicalReport: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Same key and body, done once, for 24 hours
                 * @example pedido-2031-0001
                 */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Relatório médico",
                 *       "body": "Paciente em acompanhamento, sem queixas.",
                 *       "cid10": [
                 *         "I10"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["IssueReport"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    Location: components["headers"]["Location-8"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MedicalReport"];
                };
            };
            404: components["responses"]["404"];
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "invalid_transition" | "content_damaged" | "idempotency_in_progress";
                    };
                };
            };
            422: components["responses"]["422"];
            default: components["responses"]["default-9"];
        };
    };
    readMedicalReport: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                reportId: components["parameters"]["reportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["200-41"];
            304: components["responses"]["304"];
            404: components["responses"]["404"];
            409: components["responses"]["409-18"];
            default: components["responses"]["default-8"];
        };
    };
    correctMedicalReport: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The version (ETag or quoted revision) the change is based on
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                reportId: components["parameters"]["reportId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Relatório médico",
                 *       "body": "Paciente em acompanhamento, sem queixas.",
                 *       "cid10": [
                 *         "I10"
                 *       ],
                 *       "reason": "Complemento"
                 *     }
                 */
                "application/json": components["schemas"]["CorrectReport"];
            };
        };
        responses: {
            200: components["responses"]["200-41"];
            404: components["responses"]["404"];
            409: components["responses"]["409-18"];
            412: components["responses"]["412"];
            default: components["responses"]["default-9"];
        };
    };
    listOwnMedicalReports: {
        parameters: {
            query?: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                patientId?: components["parameters"]["patientId"];
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MedicalReportHead"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            409: components["responses"]["409-18"];
            default: components["responses"]["default-8"];
        };
    };
    listMedicalReportVersions: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                reportId: components["parameters"]["reportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MedicalReportVersion"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            404: components["responses"]["404"];
            409: components["responses"]["409-18"];
            default: components["responses"]["default-8"];
        };
    };
    printMedicalReport: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the answer already known
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                id: components["parameters"]["id"];
                /**
                 * @description UUIDv7
                 * @example 0193b7a4-5c00-7000-8000-000000000000
                 */
                reportId: components["parameters"]["reportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example %PDF-1.7 … */
                    "application/pdf": string;
                };
            };
            304: components["responses"]["304"];
            404: components["responses"]["404"];
            409: components["responses"]["409-18"];
            default: components["responses"]["default-8"];
        };
    };
    readAccessLog: {
        parameters: {
            query?: {
                /** @example 20 */
                limit?: components["parameters"]["limit"];
                /**
                 * @description `nextCursor` of the page before
                 * @example WyIyMDMxLTAzLTEwIl0
                 */
                cursor?: components["parameters"]["cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AccessLogEntry"][];
                        nextCursor: components["schemas"]["NextCursor"];
                    };
                };
            };
            400: components["responses"]["400"];
            default: components["responses"]["default-8"];
        };
    };
}
