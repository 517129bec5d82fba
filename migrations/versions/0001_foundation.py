"""The foundation: every table of the main job."""

import sqlalchemy as sa
from alembic import op
from sakrad.core.db import UTCDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('municipality_id', sa.Integer(), nullable=True),
    sa.Column('authority_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('consultation_id', sa.Integer(), nullable=True),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_authority_id'), ['authority_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_consultation_id'), ['consultation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'done', 'dead', name='jobstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('run_at', UTCDateTime(), nullable=False),
    sa.Column('leased_until', UTCDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('key', name=op.f('uq_job_key'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_due', ['state', 'run_at'], unique=False)

    op.create_table('mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'sending', 'sent', 'dead', name='mailstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', UTCDateTime(), nullable=False),
    sa.Column('claimed_until', UTCDateTime(), nullable=True),
    sa.Column('last_code', sa.Integer(), nullable=True),
    sa.Column('last_error', sa.String(length=60), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('sent_at', UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail')),
    sa.UniqueConstraint('message_id', name=op.f('uq_mail_message_id'))
    )
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.create_index('ix_mail_due', ['state', 'next_at'], unique=False)

    op.create_table('municipality',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scb_code', sa.String(length=4), nullable=False),
    sa.Column('kind', sa.Enum('municipality', 'region', name='municipalitykind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('county_code', sa.String(length=2), nullable=False),
    sa.Column('county', sa.String(length=120), nullable=False),
    sa.Column('mailbox', sa.String(length=254), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_municipality')),
    sa.UniqueConstraint('scb_code', name=op.f('uq_municipality_scb_code')),
    sa.UniqueConstraint('slug', name=op.f('uq_municipality_slug'))
    )
    with op.batch_alter_table('municipality', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_municipality_active'), ['active'], unique=False)
        batch_op.create_index(batch_op.f('ix_municipality_county_code'), ['county_code'], unique=False)

    op.create_table('rate_limit',
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_rate_limit'))
    )
    op.create_table('stored_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('pdf', 'docx', 'odt', 'png', 'jpeg', name='filekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('stored_at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('key', name=op.f('uq_stored_file_key'))
    )
    op.create_table('subject',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject')),
    sa.UniqueConstraint('slug', name=op.f('uq_subject_slug'))
    )
    op.create_table('target_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target_group')),
    sa.UniqueConstraint('slug', name=op.f('uq_target_group_slug'))
    )
    op.create_table('user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('confirmed_at', UTCDateTime(), nullable=True),
    sa.Column('totp_secret', sa.String(length=64), nullable=True),
    sa.Column('totp_confirmed_at', UTCDateTime(), nullable=True),
    sa.Column('totp_last_step', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email'))
    )
    op.create_table('worker_heartbeat',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_worker_heartbeat'))
    )
    op.create_table('authority',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('short', sa.String(length=12), nullable=False),
    sa.Column('mailbox', sa.String(length=254), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_authority_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authority')),
    sa.UniqueConstraint('municipality_id', 'short', name=op.f('uq_authority_municipality_id_short')),
    sa.UniqueConstraint('municipality_id', 'slug', name=op.f('uq_authority_municipality_id_slug'))
    )
    op.create_table('council',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_council_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council')),
    sa.UniqueConstraint('municipality_id', 'name', name=op.f('uq_council_municipality_id_name'))
    )
    op.create_table('device',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=False),
    sa.Column('second_factor_at', UTCDateTime(), nullable=True),
    sa.Column('revoked_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_device_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_device_token_hash'))
    )
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_user_id'), ['user_id'], unique=False)

    op.create_table('enquiry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('organisation', sa.String(length=160), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('submission_key', sa.String(length=40), nullable=False),
    sa.Column('received_at', UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_enquiry_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enquiry')),
    sa.UniqueConstraint('reference', name=op.f('uq_enquiry_reference')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_enquiry_submission_key'))
    )
    with op.batch_alter_table('enquiry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enquiry_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('event_delivery',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('claimed_until', UTCDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_delivery_event_id')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_event_delivery'))
    )
    op.create_table('mask',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('answer', 'dissent', 'role', 'finding', 'finding_heading', 'in_short', 'set_aside', 'response', 'progress', name='textkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text_id', sa.Integer(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('ground', sa.Enum('personal_data', 'sensitive', 'secrecy', 'third_party', 'unlawful', name='maskground', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('removed_at', UTCDateTime(), nullable=True),
    sa.Column('removed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f('ck_mask_range')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_mask_created_by_id')),
    sa.ForeignKeyConstraint(['removed_by_id'], ['user.id'], name=op.f('fk_mask_removed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mask'))
    )
    with op.batch_alter_table('mask', schema=None) as batch_op:
        batch_op.create_index('ix_mask_text', ['kind', 'text_id'], unique=False)

    op.create_table('notification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_notification_event_id')),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.id'], name=op.f('fk_notification_mail_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('event_id', 'recipient', 'kind', name=op.f('uq_notification_event_id_recipient_kind'))
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notification_mail_id'), ['mail_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notification_recipient'), ['recipient'], unique=False)

    op.create_table('organisation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.Enum('association', 'umbrella', 'faith_community', 'study_association', 'foundation', 'cooperative', 'network', name='organisationkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('org_number', sa.String(length=11), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=True),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('added_value', sa.Text(), nullable=False),
    sa.Column('voice_bearer', sa.Boolean(), nullable=False),
    sa.Column('provider', sa.Boolean(), nullable=False),
    sa.Column('protected', sa.Boolean(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.CheckConstraint('voice_bearer OR provider', name=op.f('ck_organisation_role')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_organisation_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('org_number', name=op.f('uq_organisation_org_number')),
    sa.UniqueConstraint('slug', name=op.f('uq_organisation_slug'))
    )
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_name'), ['name'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.Enum('publish', 'masked', 'withheld', name='reviewdecision', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', UTCDateTime(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("decision <> 'withheld' OR reason <> ''", name=op.f('ck_review_withheld_has_reason')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_review_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index('ix_review_subject', ['subject_id', 'id'], unique=False)

    op.create_table('join_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('role', sa.Enum('officer', 'registrar', 'coordinator', 'administrator', 'writer', 'approver', 'operator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=True),
    sa.Column('municipality_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('invited_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=False),
    sa.Column('accepted_at', UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint("(role IN ('officer', 'registrar') AND authority_id IS NOT NULL AND municipality_id IS NULL AND organisation_id IS NULL) OR (role = 'coordinator' AND municipality_id IS NOT NULL AND authority_id IS NULL AND organisation_id IS NULL) OR (role IN ('administrator', 'writer', 'approver') AND organisation_id IS NOT NULL AND authority_id IS NULL AND municipality_id IS NULL) OR (role = 'operator' AND authority_id IS NULL AND municipality_id IS NULL AND organisation_id IS NULL)", name=op.f('ck_join_invitation_scope')),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_join_invitation_authority_id')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['user.id'], name=op.f('fk_join_invitation_invited_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_join_invitation_municipality_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_join_invitation_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_invitation')),
    sa.UniqueConstraint('reference', name=op.f('uq_join_invitation_reference'))
    )
    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('officer', 'registrar', 'coordinator', 'administrator', 'writer', 'approver', 'operator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=True),
    sa.Column('municipality_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint("(role IN ('officer', 'registrar') AND authority_id IS NOT NULL AND municipality_id IS NULL AND organisation_id IS NULL) OR (role = 'coordinator' AND municipality_id IS NOT NULL AND authority_id IS NULL AND organisation_id IS NULL) OR (role IN ('administrator', 'writer', 'approver') AND organisation_id IS NOT NULL AND authority_id IS NULL AND municipality_id IS NULL) OR (role = 'operator' AND authority_id IS NULL AND municipality_id IS NULL AND organisation_id IS NULL)", name=op.f('ck_membership_scope')),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_membership_authority_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_membership_municipality_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_membership_organisation_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_membership_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('reference', name=op.f('uq_membership_reference'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_authority_id'), ['authority_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_membership_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index('ix_membership_open', ['user_id', 'ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_membership_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_membership_user_id'), ['user_id'], unique=False)

    op.create_table('organisation_group',
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('target_group_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_group_organisation_id')),
    sa.ForeignKeyConstraint(['target_group_id'], ['target_group.id'], name=op.f('fk_organisation_group_target_group_id')),
    sa.PrimaryKeyConstraint('organisation_id', 'target_group_id', name=op.f('pk_organisation_group'))
    )
    with op.batch_alter_table('organisation_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_group_target_group_id'), ['target_group_id'], unique=False)

    op.create_table('receipt_series',
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_receipt_series_authority_id')),
    sa.PrimaryKeyConstraint('authority_id', 'year', name=op.f('pk_receipt_series'))
    )
    op.create_table('unit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_unit_authority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('authority_id', 'name', name=op.f('uq_unit_authority_id_name')),
    sa.UniqueConstraint('reference', name=op.f('uq_unit_reference'))
    )
    op.create_table('verification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('basis', sa.Enum('org_number', 'statutes', 'known', name='verificationbasis', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('verified_at', UTCDateTime(), nullable=False),
    sa.Column('verified_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_verification_municipality_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_verification_organisation_id')),
    sa.ForeignKeyConstraint(['verified_by_id'], ['user.id'], name=op.f('fk_verification_verified_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verification')),
    sa.UniqueConstraint('organisation_id', 'municipality_id', name=op.f('uq_verification_organisation_id_municipality_id'))
    )
    with op.batch_alter_table('verification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verification_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('function',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('holder', sa.String(length=120), nullable=False),
    sa.Column('deputy', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_function_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_function')),
    sa.UniqueConstraint('reference', name=op.f('uq_function_reference')),
    sa.UniqueConstraint('unit_id', 'title', name=op.f('uq_function_unit_id_title'))
    )
    op.create_table('consultation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('function_id', sa.Integer(), nullable=True),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('lead', sa.String(length=300), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('background', sa.Text(), nullable=False),
    sa.Column('background_easy', sa.Text(), nullable=False),
    sa.Column('can_influence', sa.Text(), nullable=False),
    sa.Column('already_decided', sa.Text(), nullable=False),
    sa.Column('policy_stage', sa.Enum('agenda', 'drafting', 'decision', 'implementation', 'monitoring', 'reformulation', name='policystage', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('participation_level', sa.Enum('information', 'consultation', 'dialogue', 'partnership', name='participationlevel', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('diary_number', sa.String(length=60), nullable=False),
    sa.Column('inviting_function', sa.String(length=160), nullable=False),
    sa.Column('touches_money', sa.Boolean(), nullable=False),
    sa.Column('selection_rationale', sa.Text(), nullable=False),
    sa.Column('open_invitation', sa.Boolean(), nullable=False),
    sa.Column('answers_public', sa.Enum('review', 'closing', name='answerspublic', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('coordinator_takes_part', sa.Boolean(), nullable=False),
    sa.Column('opens_at', UTCDateTime(), nullable=True),
    sa.Column('closes_at', UTCDateTime(), nullable=True),
    sa.Column('summary_due_on', sa.Date(), nullable=True),
    sa.Column('decision_on', sa.Date(), nullable=True),
    sa.Column('feedback_due_on', sa.Date(), nullable=True),
    sa.Column('follow_up_on', sa.Date(), nullable=True),
    sa.Column('short_time_reason', sa.Text(), nullable=False),
    sa.Column('group_not_invited_reason', sa.Text(), nullable=False),
    sa.Column('early_decision_reason', sa.Text(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('announced_at', UTCDateTime(), nullable=True),
    sa.Column('cancelled_at', UTCDateTime(), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=False),
    sa.Column('summary_published_at', UTCDateTime(), nullable=True),
    sa.Column('feedback_published_at', UTCDateTime(), nullable=True),
    sa.Column('follow_up_began_at', UTCDateTime(), nullable=True),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.CheckConstraint("cancelled_at IS NULL OR cancel_reason <> ''", name=op.f('ck_consultation_cancelled_has_reason')),
    sa.CheckConstraint('announced_at IS NULL OR (opens_at IS NOT NULL AND closes_at IS NOT NULL)', name=op.f('ck_consultation_announced_has_dates')),
    sa.CheckConstraint('announced_at IS NULL OR feedback_due_on IS NOT NULL', name=op.f('ck_consultation_announced_has_feedback_date')),
    sa.CheckConstraint('closes_at > opens_at', name=op.f('ck_consultation_closes_after_opening')),
    sa.CheckConstraint('feedback_published_at IS NULL OR summary_published_at IS NOT NULL', name=op.f('ck_consultation_feedback_after_summary')),
    sa.CheckConstraint('summary_published_at IS NULL OR announced_at IS NOT NULL', name=op.f('ck_consultation_summary_after_announcing')),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_consultation_authority_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_consultation_created_by_id')),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], name=op.f('fk_consultation_function_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_consultation_municipality_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_consultation_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consultation')),
    sa.UniqueConstraint('municipality_id', 'slug', name=op.f('uq_consultation_municipality_id_slug'))
    )
    with op.batch_alter_table('consultation', schema=None) as batch_op:
        batch_op.create_index('ix_consultation_authority', ['authority_id', 'announced_at'], unique=False)
        batch_op.create_index('ix_consultation_public', ['announced_at', 'closes_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_consultation_summary_published_at'), ['summary_published_at'], unique=False)

    op.create_table('consultation_group',
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('target_group_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_consultation_group_consultation_id')),
    sa.ForeignKeyConstraint(['target_group_id'], ['target_group.id'], name=op.f('fk_consultation_group_target_group_id')),
    sa.PrimaryKeyConstraint('consultation_id', 'target_group_id', name=op.f('pk_consultation_group'))
    )
    with op.batch_alter_table('consultation_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consultation_group_target_group_id'), ['target_group_id'], unique=False)

    op.create_table('consultation_subject',
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_consultation_subject_consultation_id')),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_consultation_subject_subject_id')),
    sa.PrimaryKeyConstraint('consultation_id', 'subject_id', name=op.f('pk_consultation_subject'))
    )
    with op.batch_alter_table('consultation_subject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consultation_subject_subject_id'), ['subject_id'], unique=False)

    op.create_table('draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('submission_key', sa.String(length=40), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.Column('signed_role', sa.String(length=120), nullable=False),
    sa.Column('anchoring', sa.Enum('annual_meeting', 'member_consultation', 'board', 'working_group', 'official', 'not_yet', name='anchoringlevel', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decision_ref', sa.String(length=60), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=True),
    sa.Column('answered', sa.Integer(), nullable=True),
    sa.Column('dissent', sa.Text(), nullable=False),
    sa.Column('wish', sa.Enum('named', 'unnamed', 'municipality_only', name='publicationwish', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('reuse', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_draft_consultation_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_draft_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('organisation_id', 'consultation_id', name=op.f('uq_draft_organisation_id_consultation_id'))
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_consultation_id'), ['consultation_id'], unique=False)

    op.create_table('feedback_release',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('sent_at', UTCDateTime(), nullable=True),
    sa.Column('meeting_on', sa.Date(), nullable=True),
    sa.Column('decided_at', UTCDateTime(), nullable=True),
    sa.Column('decision_form', sa.Enum('board', 'delegation', 'administration', name='decisionform', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('decision_on', sa.Date(), nullable=True),
    sa.Column('decision_ref', sa.String(length=60), nullable=False),
    sa.Column('minutes_url', sa.String(length=500), nullable=False),
    sa.Column('published_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint('decided_at IS NULL OR (sent_at IS NOT NULL AND decision_form IS NOT NULL AND decision_on IS NOT NULL)', name=op.f('ck_feedback_release_decided')),
    sa.CheckConstraint('published_at IS NULL OR decided_at IS NOT NULL', name=op.f('ck_feedback_release_published_after_decision')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_feedback_release_consultation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_release')),
    sa.UniqueConstraint('consultation_id', 'number', name=op.f('uq_feedback_release_consultation_id_number'))
    )
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('sent_at', UTCDateTime(), nullable=True),
    sa.Column('bounced_at', UTCDateTime(), nullable=True),
    sa.Column('declined_at', UTCDateTime(), nullable=True),
    sa.Column('decline_reason', sa.Enum('no_time', 'not_our_matter', 'short_notice', 'represented_by_other', name='declinereason', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('intends_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_invitation_consultation_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_invitation_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('consultation_id', 'organisation_id', name=op.f('uq_invitation_consultation_id_organisation_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_invitation_reference'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('material',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.CheckConstraint("description <> ''", name=op.f('ck_material_described')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_material_consultation_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_material_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_material')),
    sa.UniqueConstraint('reference', name=op.f('uq_material_reference'))
    )
    with op.batch_alter_table('material', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_material_consultation_id'), ['consultation_id'], unique=False)

    op.create_table('position',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('current_id', sa.Integer(), nullable=True),
    sa.Column('published_id', sa.Integer(), nullable=True),
    sa.Column('disowned_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_position_consultation_id')),
    sa.ForeignKeyConstraint(['current_id'], ['position_version.id'], name='fk_position_current_id', use_alter=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_position_organisation_id')),
    sa.ForeignKeyConstraint(['published_id'], ['position_version.id'], name='fk_position_published_id', use_alter=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_position')),
    sa.UniqueConstraint('consultation_id', 'organisation_id', name=op.f('uq_position_consultation_id_organisation_id')),
    sa.UniqueConstraint('current_id', name=op.f('uq_position_current_id')),
    sa.UniqueConstraint('published_id', name=op.f('uq_position_published_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_position_reference'))
    )
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_position_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('experience', 'need', 'proposal', 'consequence', 'commitment', 'choice', 'open', name='questionkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('help', sa.String(length=500), nullable=False),
    sa.Column('length_hint', sa.String(length=120), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_question_consultation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('consultation_id', 'number', name=op.f('uq_question_consultation_id_number'))
    )
    op.create_table('summary',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('in_short', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('published_at', UTCDateTime(), nullable=True),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_summary_consultation_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['user.id'], name=op.f('fk_summary_published_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_summary')),
    sa.UniqueConstraint('consultation_id', name=op.f('uq_summary_consultation_id'))
    )
    op.create_table('theme',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('order', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_theme_consultation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme')),
    sa.UniqueConstraint('consultation_id', 'name', name=op.f('uq_theme_consultation_id_name'))
    )
    op.create_table('draft_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('stance', sa.Enum('supports', 'supports_with_reservations', 'opposes', 'no_position', name='stance', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('own_interest', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], name=op.f('fk_draft_answer_draft_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_draft_answer_question_id')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['user.id'], name=op.f('fk_draft_answer_updated_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_answer')),
    sa.UniqueConstraint('draft_id', 'question_id', name=op.f('uq_draft_answer_draft_id_question_id'))
    )
    op.create_table('draft_group',
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('target_group_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], name=op.f('fk_draft_group_draft_id')),
    sa.ForeignKeyConstraint(['target_group_id'], ['target_group.id'], name=op.f('fk_draft_group_target_group_id')),
    sa.PrimaryKeyConstraint('draft_id', 'target_group_id', name=op.f('pk_draft_group'))
    )
    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('summary_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('heading', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['summary_id'], ['summary.id'], name=op.f('fk_finding_summary_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding')),
    sa.UniqueConstraint('summary_id', 'number', name=op.f('uq_finding_summary_id_number'))
    )
    op.create_table('position_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('receipt_number', sa.String(length=40), nullable=False),
    sa.Column('received_at', UTCDateTime(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('submission_key', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.Enum('web', 'email', 'paper', 'phone', 'meeting', name='channel', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('organisation_name', sa.String(length=160), nullable=False),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('registered_at', UTCDateTime(), nullable=True),
    sa.Column('registered_by_id', sa.Integer(), nullable=True),
    sa.Column('disowned_at', UTCDateTime(), nullable=True),
    sa.Column('signed_role', sa.String(length=120), nullable=False),
    sa.Column('anchoring', sa.Enum('annual_meeting', 'member_consultation', 'board', 'working_group', 'official', 'not_yet', name='anchoringlevel', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decision_ref', sa.String(length=60), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=True),
    sa.Column('answered', sa.Integer(), nullable=True),
    sa.Column('dissent', sa.Text(), nullable=False),
    sa.Column('wish', sa.Enum('named', 'unnamed', 'municipality_only', name='publicationwish', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('reuse', sa.Boolean(), nullable=False),
    sa.CheckConstraint('answered IS NULL OR answered >= 0', name=op.f('ck_position_version_answered')),
    sa.CheckConstraint('asked IS NULL OR asked >= 0', name=op.f('ck_position_version_asked')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_position_version_position_id')),
    sa.ForeignKeyConstraint(['registered_by_id'], ['user.id'], name=op.f('fk_position_version_registered_by_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['user.id'], name=op.f('fk_position_version_submitted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_position_version')),
    sa.UniqueConstraint('position_id', 'number', name=op.f('uq_position_version_position_id_number')),
    sa.UniqueConstraint('receipt_number', name=op.f('uq_position_version_receipt_number')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_position_version_submission_key'))
    )
    with op.batch_alter_table('position_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_position_version_received_at'), ['received_at'], unique=False)

    op.create_table('summary_not_heard',
    sa.Column('summary_id', sa.Integer(), nullable=False),
    sa.Column('target_group_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['summary_id'], ['summary.id'], name=op.f('fk_summary_not_heard_summary_id')),
    sa.ForeignKeyConstraint(['target_group_id'], ['target_group.id'], name=op.f('fk_summary_not_heard_target_group_id')),
    sa.PrimaryKeyConstraint('summary_id', 'target_group_id', name=op.f('pk_summary_not_heard'))
    )
    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('question_version', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('stance', sa.Enum('supports', 'supports_with_reservations', 'opposes', 'no_position', name='stance', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('own_interest', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_answer_question_id')),
    sa.ForeignKeyConstraint(['version_id'], ['position_version.id'], name=op.f('fk_answer_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sa.UniqueConstraint('version_id', 'question_id', name=op.f('uq_answer_version_id_question_id'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index('ix_answer_question', ['question_id', 'version_id'], unique=False)

    op.create_table('position_version_group',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('target_group_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['target_group_id'], ['target_group.id'], name=op.f('fk_position_version_group_target_group_id')),
    sa.ForeignKeyConstraint(['version_id'], ['position_version.id'], name=op.f('fk_position_version_group_version_id')),
    sa.PrimaryKeyConstraint('version_id', 'target_group_id', name=op.f('pk_position_version_group'))
    )
    with op.batch_alter_table('position_version_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_position_version_group_target_group_id'), ['target_group_id'], unique=False)

    op.create_table('nothing_to_take_up',
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', UTCDateTime(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_nothing_to_take_up_reason')),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_nothing_to_take_up_answer_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_nothing_to_take_up_decided_by_id')),
    sa.PrimaryKeyConstraint('answer_id', name=op.f('pk_nothing_to_take_up'))
    )
    op.create_table('point',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=True),
    sa.Column('carried_from_id', sa.Integer(), nullable=True),
    sa.Column('set_aside_at', UTCDateTime(), nullable=True),
    sa.Column('set_aside_reason', sa.Text(), nullable=False),
    sa.Column('set_aside_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("set_aside_at IS NULL OR set_aside_reason <> ''", name=op.f('ck_point_set_aside_has_reason')),
    sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f('ck_point_range')),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_point_answer_id')),
    sa.ForeignKeyConstraint(['carried_from_id'], ['point.id'], name=op.f('fk_point_carried_from_id')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_point_consultation_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_point_created_by_id')),
    sa.ForeignKeyConstraint(['set_aside_by_id'], ['user.id'], name=op.f('fk_point_set_aside_by_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_point_theme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_point')),
    sa.UniqueConstraint('consultation_id', 'number', name=op.f('uq_point_consultation_id_number'))
    )
    with op.batch_alter_table('point', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_point_answer_id'), ['answer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_point_theme_id'), ['theme_id'], unique=False)

    op.create_table('citation',
    sa.Column('finding_id', sa.Integer(), nullable=False),
    sa.Column('point_id', sa.Integer(), nullable=False),
    sa.Column('order', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_citation_finding_id')),
    sa.ForeignKeyConstraint(['point_id'], ['point.id'], name=op.f('fk_citation_point_id')),
    sa.PrimaryKeyConstraint('finding_id', 'point_id', name=op.f('pk_citation'))
    )
    with op.batch_alter_table('citation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_citation_point_id'), ['point_id'], unique=False)

    op.create_table('point_group',
    sa.Column('point_id', sa.Integer(), nullable=False),
    sa.Column('target_group_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['point_id'], ['point.id'], name=op.f('fk_point_group_point_id')),
    sa.ForeignKeyConstraint(['target_group_id'], ['target_group.id'], name=op.f('fk_point_group_target_group_id')),
    sa.PrimaryKeyConstraint('point_id', 'target_group_id', name=op.f('pk_point_group'))
    )
    with op.batch_alter_table('point_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_point_group_target_group_id'), ['target_group_id'], unique=False)

    op.create_table('response',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('finding_id', sa.Integer(), nullable=True),
    sa.Column('point_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Enum('will_do', 'partly', 'already_done', 'study', 'wont_do', 'not_ours', 'input', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('study_until_on', sa.Date(), nullable=True),
    sa.Column('whose', sa.String(length=160), nullable=False),
    sa.Column('basis', sa.String(length=200), nullable=False),
    sa.Column('basis_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint("outcome <> 'input' OR (basis <> '' AND basis_on IS NOT NULL)", name=op.f('ck_response_input_has_basis')),
    sa.CheckConstraint("outcome <> 'not_ours' OR whose <> ''", name=op.f('ck_response_not_ours_says_whose')),
    sa.CheckConstraint("outcome <> 'study' OR study_until_on IS NOT NULL", name=op.f('ck_response_study_has_date')),
    sa.CheckConstraint("outcome NOT IN ('wont_do', 'partly') OR reason <> ''", name=op.f('ck_response_refusal_has_reason')),
    sa.CheckConstraint('(finding_id IS NULL) <> (point_id IS NULL)', name=op.f('ck_response_one_target')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_response_finding_id')),
    sa.ForeignKeyConstraint(['point_id'], ['point.id'], name=op.f('fk_response_point_id')),
    sa.ForeignKeyConstraint(['release_id'], ['feedback_release.id'], name=op.f('fk_response_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response')),
    sa.UniqueConstraint('finding_id', name=op.f('uq_response_finding_id')),
    sa.UniqueConstraint('point_id', name=op.f('uq_response_point_id'))
    )
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_response_release_id'), ['release_id'], unique=False)

    op.create_table('commitment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('response_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=300), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('how_seen', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('done_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint("what <> ''", name=op.f('ck_commitment_what')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_commitment_consultation_id')),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], name=op.f('fk_commitment_function_id')),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_commitment_response_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment')),
    sa.UniqueConstraint('consultation_id', 'number', name=op.f('uq_commitment_consultation_id_number'))
    )
    with op.batch_alter_table('commitment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitment_done_at'), ['done_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_commitment_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_commitment_response_id'), ['response_id'], unique=False)

    op.create_table('progress',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('status', sa.Enum('under_way', 'changed', 'done', name='progressstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('former_due_on', sa.Date(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("due_on IS NULL OR status = 'changed'", name=op.f('ck_progress_moved_is_changed')),
    sa.CheckConstraint("text <> ''", name=op.f('ck_progress_text')),
    sa.CheckConstraint('(due_on IS NULL) = (former_due_on IS NULL)', name=op.f('ck_progress_moved_from_somewhere')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_progress_by_id')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_progress_commitment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_progress'))
    )
    with op.batch_alter_table('progress', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_progress_commitment_id'), ['commitment_id'], unique=False)

    # position and position_version point at each other, so these come when both are there.
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.create_foreign_key('fk_position_current_id', 'position_version', ['current_id'], ['id'])
        batch_op.create_foreign_key('fk_position_published_id', 'position_version', ['published_id'], ['id'])


def downgrade():
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_constraint('fk_position_current_id', type_='foreignkey')
        batch_op.drop_constraint('fk_position_published_id', type_='foreignkey')

    with op.batch_alter_table('progress', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_progress_commitment_id'))

    op.drop_table('progress')
    with op.batch_alter_table('commitment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commitment_response_id'))
        batch_op.drop_index(batch_op.f('ix_commitment_due_on'))
        batch_op.drop_index(batch_op.f('ix_commitment_done_at'))

    op.drop_table('commitment')
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_response_release_id'))

    op.drop_table('response')
    with op.batch_alter_table('point_group', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_point_group_target_group_id'))

    op.drop_table('point_group')
    with op.batch_alter_table('citation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_citation_point_id'))

    op.drop_table('citation')
    with op.batch_alter_table('point', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_point_theme_id'))
        batch_op.drop_index(batch_op.f('ix_point_answer_id'))

    op.drop_table('point')
    op.drop_table('nothing_to_take_up')
    with op.batch_alter_table('position_version_group', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_position_version_group_target_group_id'))

    op.drop_table('position_version_group')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index('ix_answer_question')

    op.drop_table('answer')
    op.drop_table('summary_not_heard')
    with op.batch_alter_table('position_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_position_version_received_at'))

    op.drop_table('position_version')
    op.drop_table('finding')
    op.drop_table('draft_group')
    op.drop_table('draft_answer')
    op.drop_table('theme')
    op.drop_table('summary')
    op.drop_table('question')
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_position_organisation_id'))

    op.drop_table('position')
    with op.batch_alter_table('material', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_material_consultation_id'))

    op.drop_table('material')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_organisation_id'))

    op.drop_table('invitation')
    op.drop_table('feedback_release')
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_consultation_id'))

    op.drop_table('draft')
    with op.batch_alter_table('consultation_subject', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consultation_subject_subject_id'))

    op.drop_table('consultation_subject')
    with op.batch_alter_table('consultation_group', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consultation_group_target_group_id'))

    op.drop_table('consultation_group')
    with op.batch_alter_table('consultation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consultation_summary_published_at'))
        batch_op.drop_index('ix_consultation_public')
        batch_op.drop_index('ix_consultation_authority')

    op.drop_table('consultation')
    op.drop_table('function')
    with op.batch_alter_table('verification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_verification_municipality_id'))

    op.drop_table('verification')
    op.drop_table('unit')
    op.drop_table('receipt_series')
    with op.batch_alter_table('organisation_group', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_group_target_group_id'))

    op.drop_table('organisation_group')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_membership_user_id'))
        batch_op.drop_index(batch_op.f('ix_membership_organisation_id'))
        batch_op.drop_index('ix_membership_open')
        batch_op.drop_index(batch_op.f('ix_membership_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_membership_authority_id'))

    op.drop_table('membership')
    op.drop_table('join_invitation')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index('ix_review_subject')

    op.drop_table('review')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_name'))
        batch_op.drop_index(batch_op.f('ix_organisation_municipality_id'))

    op.drop_table('organisation')
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notification_recipient'))
        batch_op.drop_index(batch_op.f('ix_notification_mail_id'))

    op.drop_table('notification')
    with op.batch_alter_table('mask', schema=None) as batch_op:
        batch_op.drop_index('ix_mask_text')

    op.drop_table('mask')
    op.drop_table('event_delivery')
    with op.batch_alter_table('enquiry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enquiry_municipality_id'))

    op.drop_table('enquiry')
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_device_user_id'))

    op.drop_table('device')
    op.drop_table('council')
    op.drop_table('authority')
    op.drop_table('worker_heartbeat')
    op.drop_table('user')
    op.drop_table('target_group')
    op.drop_table('subject')
    op.drop_table('stored_file')
    op.drop_table('rate_limit')
    with op.batch_alter_table('municipality', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_municipality_county_code'))
        batch_op.drop_index(batch_op.f('ix_municipality_active'))

    op.drop_table('municipality')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_due')

    op.drop_table('mail')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index('ix_job_due')

    op.drop_table('job')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_event_name'))
        batch_op.drop_index(batch_op.f('ix_event_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_event_consultation_id'))
        batch_op.drop_index(batch_op.f('ix_event_authority_id'))
        batch_op.drop_index(batch_op.f('ix_event_actor_id'))

    op.drop_table('event')
