"""Each method of each route: on which object it is asked, and the right that answers."""

# method, route, object (- for none), right
ROUTES = """
GET    healthz                             -                 open
GET    readyz                              -                 open
GET    api-schema                          -                 description
GET    organizations:login                 -                 open
POST   organizations:login                 -                 open
POST   organizations:logout                -                 entrance
GET    organizations:account               -                 member
GET    organizations:relogin               -                 open
POST   organizations:relogin               -                 return
POST   organizations:resume                -                 return
GET    organizations:link                  link              open
POST   organizations:link                  link              entrance
GET    organizations:password              -                 member
POST   organizations:password              -                 own password
POST   organizations:end_sessions          -                 member
GET    organizations:tokens                -                 member
POST   organizations:tokens                -                 member
POST   organizations:revoke_token          token             personal
GET    organizations:deputy                seat              lend seat
POST   organizations:deputy                seat              lend seat
GET    organizations:hand_over             seat              lend seat
POST   organizations:hand_over             seat              hand over
GET    organizations:people                -                 accounts
GET    organizations:new_person            -                 system
POST   organizations:new_person            -                 system
POST   organizations:opening_links         -                 system
GET    organizations:locked                -                 security
POST   organizations:unlock                -                 unlock
POST   organizations:end_membership        seat              end seat
GET    organizations:person                person            see person
POST   organizations:grant                 person            grant
POST   organizations:switch                person            switch
POST   organizations:issue_link            person            link
GET    organizations:units                 -                 places
GET    organizations:new_unit              -                 system
POST   organizations:new_unit              -                 system
GET    organizations:unit                  unit              see place
POST   organizations:unit                  unit              keep unit
GET    organizations:liaisons              -                 member
GET    organizations:new_liaison           -                 begin liaison
POST   organizations:new_liaison           -                 new liaison
POST   organizations:export_liaisons       -                 member
POST   organizations:end_liaison           liaison           keep liaison
GET    organizations:regions               -                 places
POST   organizations:regions               -                 region
GET    organizations:sections              -                 places
POST   organizations:sections              -                 system
GET    organizations:section               section           keep section
POST   organizations:section               section           keep section
POST   organizations:add_route             -                 system
POST   organizations:remove_route          route             keep section
GET    organizations:import                -                 system
POST   organizations:import                -                 system
GET    organizations:import_template       -                 system
POST   organizations:import_confirm        book              system
GET    audit:log                           -                 trail
POST   audit:export                        -                 trail
GET    jobs:list                           -                 member
GET    jobs:detail                         job               personal
POST   jobs:seen                           job               personal
GET    jobs:file                           job               personal
GET    notifications:list                  -                 member
GET    notifications:settings              -                 member
POST   notifications:settings              -                 member
GET    notifications:channels              -                 system
POST   notifications:channels              -                 system
POST   notifications:times                 -                 system
GET    notifications:channel               channel           keep section
POST   notifications:channel               channel           keep section
POST   notifications:test_channel          channel           keep section
POST   notifications:resend                channel           resend
POST   notifications:read_all              -                 member
POST   notifications:read                  message           personal
GET    reports:start                       -                 member
GET    reports:home                        -                 member
GET    reports:search                      -                 member
GET    reports:project                     project           see project
GET    reports:units                       -                 member
GET    reports:unit                        unit              see unit
GET    reports:hand_over                   person            see person
POST   reports:hand_over                   person            grant
GET    reports:calendar                    -                 member
GET    reports:ledger                      -                 member
POST   reports:export_ledger               -                 member
GET    reports:silent                      -                 leads
GET    reports:checkpoint                  task              check task
POST   reports:checkpoint                  task              check task
GET    workplans:plan                      -                 member
GET    workplans:settings                  -                 member
GET    workplans:checks_in_force           -                 member
GET    workplans:calendar                  -                 member
GET    workplans:task                      task              see task
GET    workplans:extend                    fresh             extend
POST   workplans:extend                    fresh             extend
GET    workplans:publish                   -                 see publishing
POST   workplans:publish                   -                 publish
GET    workplans:work                      -                 see publishing
GET    workplans:offline                   task              keep task
POST   workplans:offline                   task              keep task
GET    workplans:exempt                    fresh             extend
POST   workplans:exempt                    fresh             extend
GET    workplans:event_dates               -                 member
POST   workplans:event_dates               -                 keep list
GET    workplans:holidays                  -                 member
POST   workplans:announce_year             -                 keep list
POST   workplans:set_day                   -                 keep list
POST   workplans:load_holidays             -                 keep list
GET    workplans:calendar_feed             -                 member
POST   workplans:calendar_feed             -                 member
POST   workplans:revoke_feed               -                 member
GET    workplans:feed                      feed              open
GET    workplans:new                       -                 steer
POST   workplans:new                       -                 start again
GET    workplans:edit                      -                 steer
GET    workplans:editor                    draft.plan        edit draft
GET    workplans:head                      draft.plan        edit draft
POST   workplans:head                      draft.plan        edit draft
GET    workplans:drop                      draft.plan        edit draft
POST   workplans:drop                      draft.plan        edit draft
GET    workplans:read_notice               draft.plan        edit draft
POST   workplans:read_notice               draft.plan        edit draft
GET    workplans:new_task                  draft.plan        edit draft
POST   workplans:new_task                  draft.plan        edit draft
GET    workplans:events                    draft.plan        edit draft
POST   workplans:events                    draft.plan        edit draft
GET    workplans:new_setting               draft.plan        edit draft
POST   workplans:new_setting               draft.plan        edit draft
GET    workplans:sheets                    draft.plan        edit draft
POST   workplans:sheets                    draft.plan        edit draft
GET    workplans:checks                    draft.plan        edit draft
GET    workplans:check_setting             draft.plan        edit draft
POST   workplans:check_setting             draft.plan        edit draft
GET    workplans:plan_list                 draft.plan        edit draft
POST   workplans:plan_list                 draft.plan        edit draft
GET    workplans:import                    draft.plan        edit draft
POST   workplans:import                    draft.plan        edit draft
GET    workplans:parameters                draft.plan        edit draft
POST   workplans:leftover                  draft.plan        edit draft
GET    workplans:changes                   draft.plan        edit draft
POST   workplans:changes                   draft.plan        apply draft
POST   workplans:amend                     -                 steer
GET    workplans:amendments                -                 member
GET    workplans:compare                   plan              see task
GET    workplans:compare                   draft.plan        edit draft
GET    workplans:export                    plan              see task
GET    workplans:export                    draft.plan        edit draft
GET    workplans:edit_task                 draft.task        edit draft
POST   workplans:edit_task                 draft.task        edit draft
GET    workplans:remove_task               draft.task        edit draft
POST   workplans:remove_task               draft.task        edit draft
GET    workplans:windows                   draft.task        edit draft
POST   workplans:windows                   draft.task        edit draft
GET    workplans:basis                     draft.task        edit draft
POST   workplans:basis                     draft.task        edit draft
GET    workplans:task_list                 draft.task        edit draft
POST   workplans:task_list                 draft.task        edit draft
POST   workplans:check                     draft.task        edit draft
POST   workplans:move_task                 draft.task        edit draft
POST   workplans:series                    draft.task        edit draft
GET    workplans:preview                   draft.task        edit draft
GET    workplans:reach                     task              keep task
GET    workplans:window                    draft.window      edit draft
POST   workplans:window                    draft.window      edit draft
GET    workplans:event                     draft.event       edit draft
POST   workplans:event                     draft.event       edit draft
GET    workplans:setting                   draft.setting     edit draft
POST   workplans:setting                   draft.setting     edit draft
GET    workplans:sheet                     draft.sheet       edit draft
POST   workplans:sheet                     draft.sheet       edit draft
GET    workplans:setting_facts             draft.setting     edit draft
POST   workplans:setting_facts             draft.setting     edit draft
GET    workplans:library                   -                 member
POST   workplans:library                   -                 steer
GET    workplans:document                  document          keep task
POST   workplans:document                  document          keep task
GET    indicators:library                  -                 member
GET    indicators:pick                     -                 member
GET    indicators:export                   -                 member
GET    indicators:editions                 -                 keep editions
POST   indicators:editions                 -                 start edition
GET    indicators:edition                  edition.draft     edition
GET    indicators:edition                  edition.waiting   edition
GET    indicators:new_row                  edition.draft     edition
POST   indicators:new_row                  edition.draft     edition
GET    indicators:row                      edition.row       edition
POST   indicators:row                      edition.row       edition
POST   indicators:add_category             edition.draft     edition
GET    indicators:edition_workbook         edition.draft     edition
GET    indicators:import_edition           edition.draft     edition
POST   indicators:import_edition           edition.draft     edition
GET    indicators:candidates               edition.draft     edition
POST   indicators:candidates               edition.draft     take candidates
POST   indicators:submit_edition           edition.draft     edition
POST   indicators:return_edition           edition.waiting   judge edition
POST   indicators:publish_edition          edition.waiting   judge edition
POST   indicators:drop_edition             edition.draft     edition
GET    projects:list                       -                 member
POST   projects:export                     -                 member
GET    projects:new                        -                 begin project
POST   projects:new                        -                 new project
GET    projects:import                     -                 keep list
POST   projects:import                     -                 keep list
GET    projects:template                   -                 keep list
POST   projects:import_confirm             check             keep list
GET    projects:edit                       project           see facts
POST   projects:edit                       project           edit facts
POST   projects:confirm                    reserve           confirm
POST   projects:money                      project           money
GET    projects:new_transfer               -                 begin transfer
POST   projects:new_transfer               -                 new transfer
GET    projects:edit_transfer              transfer          keep transfer
POST   projects:edit_transfer              transfer          keep transfer
GET    targets:transfers                   -                 member
POST   targets:export_transfers            -                 member
GET    targets:transfer                    transfer          see project
POST   targets:export_transfer             transfer          see project
POST   targets:exempt_transfer             transfer          confirm
GET    targets:shares                      handing           see draft
POST   targets:shares                      handing           write
GET    projects:executions                 project           see project
POST   projects:executions                 project           money
GET    projects:unit_budgets               -                 keep payments
GET    projects:unit_budget                unit              unit budget
POST   projects:unit_budget                unit              unit budget
GET    projects:import_executions          -                 keep payments
POST   projects:import_executions          -                 keep payments
GET    projects:import_steps               -                 keep payments
POST   projects:import_steps               -                 keep payments
GET    projects:steps_template             -                 keep payments
POST   projects:confirm_steps              days              import payments
GET    reports:synchrony                   -                 member
POST   reports:export_synchrony            -                 member
GET    reports:synchrony_project           project           see days
POST   reports:synchrony_project           project           enter day
GET    targets:approvals                   -                 member
POST   targets:approve_batch               -                 approve rest
POST   targets:congress_book               -                 make book
GET    targets:approve_unit                unit              see list
POST   targets:approve_unit                unit              approve list
GET    targets:approval                    approval          see unit
GET    targets:approval_pdf                approval          see unit
GET    targets:approval_xlsx               approval          see unit
GET    projects:executions_template        -                 keep payments
POST   projects:confirm_executions         payments          import payments
GET    projects:payments                   -                 keep payments
POST   projects:payments                   -                 keep payments
GET    projects:payment_file               export            payment file
POST   projects:check_payments             export            payment file
POST   projects:confirm_payments           export            payment file
GET    projects:import_spending            -                 keep payments
POST   projects:import_spending            -                 keep payments
GET    projects:spending_template          -                 keep payments
POST   projects:confirm_spending           pace              import payments
POST   filings:begin                       fresh             begin
GET    filings:list                        -                 member
GET    filings:detail                      draft             see draft
GET    filings:detail                      sent              see filing
GET    filings:detail                      second            see filing
GET    filings:detail                      returned          see filing
GET    filings:detail                      approved          see filing
GET    filings:confirm                     draft             see draft
POST   filings:submit                      draft             write
GET    filings:withdraw                    sent              answer
POST   filings:withdraw                    sent              answer
POST   filings:attach                      draft             write
POST   filings:comment                     sent              talk
GET    filings:reopen                      approved          except
POST   filings:reopen                      approved          except
GET    filings:end_reopening               returned          except
POST   filings:end_reopening               returned          end reopening
GET    filings:cancel                      sent              except
POST   filings:cancel                      sent              except
GET    filings:waive                       returned          except
POST   filings:waive                       returned          except
GET    filings:findings                    draft             see draft
GET    filings:findings                    sent              see filing
POST   filings:answer_finding              draft             write
GET    filings:check_counts                -                 counts
POST   filings:recheck                     -                 steer
POST   filings:export_check_counts         -                 counts
GET    filings:relief                      task              keep task
POST   filings:relief                      task              keep task
GET    filings:materials                   materials         see draft
POST   filings:materials                   materials         write
GET    filings:receipt                     receipt.sent      see filing
GET    filings:file                        attachment.sent   see filing
GET    filings:file                        attachment.draft  see draft
POST   filings:detach                      attachment.draft  write
POST   filings:answer                      item              answer
POST   filings:resolve                     comment           talk
GET    filings:queue                       -                 member
GET    filings:review                      sent              see filing
POST   filings:review                      sent              first desk
POST   filings:review                      second            second desk
POST   filings:score                       sent              first desk
GET    filings:calibration                 -                 compare
POST   filings:calibration                 -                 ask again
POST   filings:export_calibration          -                 compare
GET    filings:second_score                second_score      see second
POST   filings:second_score                second_score      score again
GET    filings:returned                    -                 member
POST   filings:export_returned             -                 member
GET    filings:sessions                    -                 member
GET    filings:session_new                 -                 begin sample
POST   filings:session_new                 -                 prepare sample
GET    filings:session                     session           see sample
POST   filings:session                     session           run sample
POST   filings:minutes                     session           see sample
GET    filings:matter                      matter            see sample
POST   filings:matter                      matter            run sample
GET    filings:samples                     -                 member
GET    filings:sample_new                  -                 begin sample
POST   filings:sample_new                  -                 prepare sample
GET    filings:sample                      sample            see sample
GET    filings:sample                      sample.prepared   see sample
POST   filings:sample                      sample            run sample
POST   filings:sample_export               sample            see sample
GET    filings:sample_item                 sample_item       see sample
POST   filings:sample_item                 sample_item       check sample
GET    rectification:problems              -                 member
POST   rectification:export_problems       -                 member
GET    rectification:problem_new           -                 begin problem
POST   rectification:problem_new           -                 open problem
GET    rectification:import_problems       -                 list problems
POST   rectification:import_problems       -                 list problems
GET    rectification:problems_template     -                 list problems
POST   rectification:confirm_problems      findings          import problems
GET    rectification:problem               problem           see filing
GET    rectification:problem               problem.answered  see filing
POST   rectification:problem               problem           recheck problem
POST   rectification:add_proof             problem           prove problem
POST   rectification:letter                problem           recheck problem
GET    rectification:propose_payment       problem           propose payment
POST   rectification:propose_payment       problem           propose payment
GET    rectification:payment_decisions     -                 member
POST   rectification:export_payment_decisions -              member
GET    rectification:payment_decision      decision          see filing
GET    rectification:payment_decision      decision.proposed see proposal
POST   rectification:payment_decision      decision.proposed approve payment
GET    rectification:proof                 problem_file      see filing
POST   rectification:remove_proof          problem_file      remove proof
GET    targets:sheet                       draft             see draft
GET    targets:sheet                       sent              see filing
GET    targets:sheet                       returned          see filing
POST   targets:sheet                       draft             write
POST   targets:copy                        draft             copy
GET    targets:alike                       sent              see filing
GET    targets:document                    sent              see filing
GET    targets:document                    returned          see filing
POST   targets:document_pdf                sent              see filing
GET    targets:document_xlsx               sent              see filing
GET    targets:document_xlsx               returned          see filing
POST   targets:document_batch              -                 batch
GET    targets:excel                       draft             see draft
GET    targets:workbook                    draft             write
POST   targets:upload                      draft             write
GET    targets:adjustment                  project.approved  see project
POST   targets:request_adjustment          project.approved  request report
POST   targets:request                     reserve           request report
POST   targets:ask_exception               project.approved  ask exception
GET    targets:unit_adjustment             unit              see unit
POST   targets:request_unit_adjustment     unit              request whole
POST   targets:ask_unit_exception          unit              ask whole
POST   targets:decide_exception            adjustment.exception decide adjustment
GET    pre_assessment:list                 -                 member
POST   pre_assessment:export               -                 member
GET    pre_assessment:sheet                assessed.draft    see draft
GET    pre_assessment:sheet                assessed.desk     see filing
POST   pre_assessment:sheet                assessed.draft    write
GET    pre_assessment:decision             assessed.desk     see decision
GET    pre_assessment:decision             assessed.closed   see filing
POST   pre_assessment:conclude             assessed.desk     conclude
POST   pre_assessment:reassess             assessed.desk     conclude
POST   pre_assessment:reassess_report      assessed.desk     third party
POST   pre_assessment:opinion              assessed.desk     conclude
POST   pre_assessment:likeness             assessed.desk     conclude
POST   pre_assessment:pdf                  assessed.desk     see filing
GET    pre_assessment:xlsx                 assessed.desk     see filing
GET    monitoring:grid                     -                 member
POST   monitoring:grid                     -                 member
GET    monitoring:bulletin                 -                 list problems
POST   monitoring:bulletin                 -                 list problems
GET    monitoring:sheet                    monitored.draft   see draft
GET    monitoring:sheet                    monitored.desk    see filing
POST   monitoring:sheet                    monitored.draft   write
GET    monitoring:decision                 monitored.desk    see decision
GET    monitoring:decision                 monitored.closed  see filing
POST   monitoring:conclude                 monitored.desk    conclude
POST   monitoring:change_light             monitored.desk    conclude
GET    monitoring:excel                    monitored.draft   see draft
GET    monitoring:workbook                 monitored.draft   write
POST   monitoring:upload                   monitored.draft   write
POST   monitoring:pdf                      monitored.desk    see filing
GET    monitoring:xlsx                     monitored.desk    see filing
GET    pre_assessment:gate                 reserve           see project
GET    pre_assessment:gate                 barred            see project
POST   pre_assessment:request              reserve           request report
POST   pre_assessment:propose_exception    barred            propose exception
POST   pre_assessment:decide_exception     exception         decide exception
GET    organizations_api:me                -                 member
GET    organizations_api:tokens            -                 member
DELETE organizations_api:token             token             personal
DELETE organizations_api:seat              seat              end seat
GET    organizations_api:colleagues        seat              lend seat
POST   organizations_api:deputy            seat              lend seat
POST   organizations_api:hand_over         seat              hand over
GET    organizations_api:units             -                 member
POST   organizations_api:units             -                 system
GET    organizations_api:unit              unit              know unit
PATCH  organizations_api:unit              unit              keep unit
GET    organizations_api:liaisons          -                 member
POST   organizations_api:liaisons          -                 new api liaison
GET    organizations_api:liaisons_missing  -                 member
POST   organizations_api:liaisons_export   -                 member
DELETE organizations_api:liaison           liaison           keep liaison
GET    organizations_api:regions           -                 places
POST   organizations_api:regions           -                 region
GET    organizations_api:sections          -                 member
POST   organizations_api:sections          -                 system
PUT    organizations_api:section           section           keep section
GET    organizations_api:routes            -                 places
POST   organizations_api:routes            -                 system
DELETE organizations_api:route             route             keep section
GET    organizations_api:people            -                 accounts
POST   organizations_api:people            -                 system
POST   organizations_api:opening_links     -                 system
GET    organizations_api:person            person            see person
POST   organizations_api:grant             person            grant
POST   organizations_api:switch            person            switch
POST   organizations_api:link              person            link
GET    organizations_api:locks             -                 security
POST   organizations_api:locks             -                 unlock
POST   organizations_api:import            -                 system
GET    organizations_api:import_template   -                 system
POST   organizations_api:import_confirm    book              system
POST   organizations_api:import_marked     book              system
GET    api-audit                           -                 trail
POST   api-audit-export                    -                 trail
GET    api-assessments                     -                 member
GET    api-assessments-counts              -                 member
POST   api-assessments-export              -                 member
GET    api-monitoring-grid                 -                 member
POST   api-monitoring-grid                 -                 member
GET    api-monitoring-bulletin             -                 list problems
POST   api-monitoring-bulletin             -                 list problems
GET    api-monitoring                      monitored.draft   see draft
PUT    api-monitoring                      monitored.draft   write
GET    api-monitoring-decision             monitored.desk    see decision
GET    api-monitoring-decision             monitored.closed  see filing
POST   api-monitoring-conclude             monitored.desk    conclude
POST   api-monitoring-light                monitored.desk    conclude
GET    api-monitoring-excel                monitored.draft   write
POST   api-monitoring-excel                monitored.draft   write
POST   api-monitoring-pdf                  monitored.desk    see filing
GET    api-monitoring-xlsx                 monitored.desk    see filing
GET    api-assessment                      assessed.draft    see draft
PUT    api-assessment                      assessed.draft    write
GET    api-assessment-decision             assessed.desk     see decision
GET    api-assessment-decision             assessed.closed   see filing
POST   api-assessment-conclude             assessed.desk     conclude
POST   api-assessment-reassess             assessed.desk     conclude
POST   api-assessment-third_party          assessed.desk     third party
POST   api-assessment-likeness             assessed.desk     conclude
POST   api-assessment-pdf                  assessed.desk     see filing
GET    api-assessment-xlsx                 assessed.desk     see filing
POST   api-assessment-opinions             assessed.desk     conclude
GET    api-gate                            reserve           see project
POST   api-gate-request                    reserve           request report
POST   api-gate-exception                  barred            propose exception
GET    api-gate-exceptions                 -                 member
POST   api-gate-decide                     exception         decide exception
GET    api-jobs                            -                 member
GET    api-job                             job               personal
GET    api-job-file                        job               personal
POST   api-job-seen                        job               personal
GET    api-messages                        -                 member
POST   api-message-read                    message           personal
POST   api-messages-read                   -                 member
GET    api-messages-settings               -                 member
PUT    api-messages-settings               -                 member
GET    api-channels                        -                 system
POST   api-channels                        -                 system
GET    api-channels-times                  -                 system
PUT    api-channels-times                  -                 system
GET    api-channel                         channel           keep section
PUT    api-channel                         channel           keep section
POST   api-channel-test                    channel           keep section
POST   api-channel-resend                  channel           resend
GET    api-indicators                      -                 member
GET    api-indicators-export               -                 member
GET    api-editions                        -                 member
POST   api-editions                        -                 start api edition
GET    api-edition                         edition.draft     edition
DELETE api-edition                         edition.draft     edition
GET    api-edition-rows                    edition.draft     edition
POST   api-edition-rows                    edition.draft     edition
PUT    api-edition-row                     edition.row       edition
DELETE api-edition-row                     edition.row       edition
POST   api-edition-categories              edition.draft     edition
GET    api-edition-workbook                edition.draft     edition
POST   api-edition-workbook                edition.draft     edition
GET    api-edition-candidates              edition.draft     edition
POST   api-edition-candidates              edition.draft     take candidates
POST   api-edition-submit                  edition.draft     edition
POST   api-edition-return                  edition.waiting   judge edition
POST   api-edition-publish                 edition.waiting   judge edition
GET    api-projects                        -                 member
POST   api-projects                        -                 new api project
POST   api-projects-export                 -                 member
GET    api-projects-template               -                 keep list
POST   api-projects-import                 -                 keep list
POST   api-projects-import-confirm         check             own check
GET    api-budget_dates-template           -                 keep payments
POST   api-budget_dates-import             -                 keep payments
POST   api-budget_dates-import-confirm     days              own check
GET    api-synchrony                       -                 member
GET    api-synchrony-counts                -                 member
POST   api-synchrony-export                -                 member
GET    api-project-synchrony               project           see days
POST   api-project-synchrony               project           enter budget day
GET    api-approvals                       -                 member
GET    api-approvals-waiting               -                 keep payments
POST   api-approvals-batch                 -                 approve rest
POST   api-congress_book                   -                 make book
GET    api-approval-unit                   unit              see list
POST   api-approval-unit                   unit              approve list
GET    api-approval                        approval          see unit
GET    api-approval-pdf                    approval          see unit
GET    api-approval-xlsx                   approval          see unit
GET    api-executions-template             -                 keep payments
POST   api-executions-import               -                 keep payments
POST   api-executions-import-confirm       payments          own check
GET    api-payments                        -                 keep payments
POST   api-payments                        -                 keep payments
GET    api-payment-file                    export            payment file
POST   api-payment-check                   export            payment file
POST   api-payment-confirm                 export            payment file
GET    api-spending-template               -                 keep payments
POST   api-spending-import                 -                 keep payments
POST   api-spending-import-confirm         pace              own check
GET    api-project-spending                project           see project
GET    api-project                         project           see project
PATCH  api-project                         project           api facts
POST   api-project-confirm                 reserve           confirm
GET    api-project-money                   project           see project
PUT    api-project-money                   project           money
GET    api-unit-budgets                    -                 keep payments
GET    api-unit-budget                     unit              unit budget
PUT    api-unit-budget                     unit              unit budget
GET    api-transfers                       -                 member
POST   api-transfers                       -                 new api transfer
POST   api-transfers-ledger                -                 member
GET    api-transfer                        transfer          see project
PATCH  api-transfer                        transfer          keep transfer
POST   api-transfer-exempt                 transfer          confirm
POST   api-transfer-book                   transfer          see project
GET    api-target-shares                   handing           see draft
PUT    api-target-shares                   handing           write
GET    api-project-executions              project           see project
POST   api-project-executions              project           money
GET    api-plans                           -                 member
GET    api-plan-settings                   plan              see task
GET    api-plan-publish                    plan              see this publishing
POST   api-plan-publish                    plan              publish this
GET    api-deadlines                       -                 member
GET    api-calendar-feed                   -                 member
POST   api-calendar-feed                   -                 member
DELETE api-calendar-feed                   -                 member
GET    api-tasks                           -                 member
GET    api-task                            task              see task
GET    api-task-reach                      task              see task
GET    api-task-offline                    task              see task
POST   api-task-offline                    task              keep task
GET    api-assignments                     -                 member
POST   api-extension                       fresh             extend
POST   api-exemption                       fresh             extend
POST   api-plan-new                        -                 steer
PATCH  api-draft                           draft.plan        edit draft
DELETE api-draft                           draft.plan        edit draft
POST   api-draft-notice                    draft.plan        edit draft
POST   api-draft-leftover                  draft.plan        edit draft
POST   api-draft-tasks                     draft.plan        edit draft
POST   api-draft-events                    draft.plan        edit draft
POST   api-draft-settings                  draft.plan        edit draft
POST   api-draft-sheets                    draft.plan        edit draft
POST   api-plan-import                     draft.plan        edit draft
POST   api-plan-import-confirm             draft.plan        edit draft
PUT    api-plan-weights                    draft.plan        edit draft
GET    api-plan-checks                     plan              see task
PUT    api-plan-checks                     draft.plan        edit draft
PUT    api-plan-reminders                  draft.plan        edit draft
GET    api-compare                         plan              see task
GET    api-plan-yaml                       plan              see task
GET    api-plan-xlsx                       plan              see task
GET    api-amendments                      plan              see task
POST   api-amend                           plan              amend
GET    api-changes                         draft.plan        edit draft
POST   api-changes                         draft.plan        apply draft
GET    api-draft-task                      draft.task        edit draft
PATCH  api-draft-task                      draft.task        edit draft
DELETE api-draft-task                      draft.task        edit draft
POST   api-task-move                       draft.task        edit draft
POST   api-task-check                      draft.task        edit draft
POST   api-task-windows                    draft.task        edit draft
POST   api-task-series                     draft.task        edit draft
PUT    api-task-basis                      draft.task        edit draft
PUT    api-task-scopes                     draft.task        edit draft
PUT    api-task-steps                      draft.task        edit draft
PUT    api-task-slots                      draft.task        edit draft
PUT    api-task-facts                      draft.task        edit draft
PUT    api-task-weights                    draft.task        edit draft
PUT    api-task-reminders                  draft.task        edit draft
GET    api-reached                         task              keep task
PATCH  api-window                          draft.window      edit draft
DELETE api-window                          draft.window      edit draft
PATCH  api-event                           draft.event       edit draft
DELETE api-event                           draft.event       edit draft
PUT    api-setting                         draft.setting     edit draft
PATCH  api-setting                         draft.setting     edit draft
DELETE api-setting                         draft.setting     edit draft
PATCH  api-sheet                           draft.sheet       edit draft
DELETE api-sheet                           draft.sheet       edit draft
GET    api-documents                       -                 member
POST   api-documents                       -                 keep library
PATCH  api-document                        document          keep task
DELETE api-document                        document          keep task
GET    api-plan-events                     plan              see task
POST   api-plan-events                     plan              keep task
GET    api-holidays                        -                 member
POST   api-holidays-year                   -                 keep list
POST   api-holidays-day                    -                 keep list
POST   api-holidays-load                   -                 keep list
POST   api-task-relief                     task              keep task
POST   api-begin                           fresh             begin
GET    api-filings                         -                 member
GET    api-filing                          sent              see filing
GET    api-filing                          returned          see filing
GET    api-filing-findings                 draft             see draft
GET    api-filing-findings                 sent              see filing
POST   api-filing-answer_finding           draft             write
GET    api-check-counts                    -                 counts
POST   api-check-counts-export             -                 counts
POST   api-recheck                         -                 steer
GET    api-filing-confirm                  draft             write
POST   api-filing-submit                   draft             write
POST   api-filing-withdraw                 sent              answer
GET    api-filing-revisions                sent              see filing
GET    api-filing-revisions                second            see filing
GET    api-filing-revisions                returned          see filing
GET    api-filing-diff                     sent              see filing
GET    api-filing-attachments              sent              see filing
POST   api-filing-attachments              draft             write
GET    api-filing-comments                 sent              see filing
POST   api-filing-comments                 sent              talk
POST   api-filing-reopen                   approved          except
POST   api-filing-end_reopening            returned          end reopening
POST   api-filing-cancel                   sent              except
POST   api-filing-waive                    returned          except
GET    api-materials                       materials         see draft
PUT    api-materials                       materials         write
GET    api-receipt                         receipt.sent      see filing
GET    api-attachment                      attachment.sent   see filing
DELETE api-attachment                      attachment.draft  write
POST   api-answer                          item              answer
POST   api-comment-resolve                 comment           talk
GET    api-reviews                         -                 member
GET    api-review                          sent              first desk
PUT    api-review                          sent              first desk
POST   api-review-pass                     sent              first desk
POST   api-review-return                   sent              first desk
POST   api-review-reject                   second            second desk
GET    api-calibration                     -                 compare
POST   api-calibration                     -                 ask api again
POST   api-calibration-export              -                 compare
GET    api-second_score                    second_score      see second
POST   api-second_score                    second_score      score again
GET    api-returned                        -                 member
GET    api-returned-counts                 -                 member
GET    api-returned-problems               -                 member
POST   api-returned-export                 -                 member
GET    api-sessions                        -                 member
POST   api-sessions                        -                 prepare api sample
GET    api-session                         session           see sample
POST   api-session-members                 session           run sample
POST   api-session-leave                   session           close sample
POST   api-session-agenda                  session           run sample
POST   api-session-close                   session           close sample
GET    api-matter                          matter            see sample
POST   api-matter-drop                     matter            run sample
POST   api-matter-speak                    matter            check sample
POST   api-matter-agree                    matter            run sample
POST   api-matter-sign                     matter            check sample
POST   api-matter-carry                    matter            return sample
GET    api-problems                        -                 member
POST   api-problems                        -                 open api problem
POST   api-problems-export                 -                 member
GET    api-problems-template               -                 list problems
POST   api-problems-import                 -                 list problems
POST   api-problems-import-confirm         findings          own check
GET    api-problem                         problem           see filing
POST   api-problem-answer                  problem           answer problem
POST   api-problem-close                   problem.answered  recheck problem
POST   api-problem-return                  problem.answered  recheck problem
POST   api-problem-extend                  problem           recheck problem
POST   api-problem-refuse                  problem           recheck problem
POST   api-problem-withdraw                problem           recheck problem
POST   api-problem-owner                   problem           prove problem
POST   api-problem-files                   problem           prove problem
POST   api-problem-letter                  problem           recheck problem
POST   api-propose_decision                problem           propose payment
GET    api-payment_decisions               -                 member
POST   api-payment_decisions-export        -                 member
GET    api-payment_decision                decision          see filing
POST   api-approve_decision                decision.proposed approve payment
POST   api-refuse_decision                 decision.proposed approve payment
POST   api-reverse_decision                decision          propose payment
GET    api-problem_file                    problem_file      see filing
DELETE api-problem_file                    problem_file      remove proof
GET    api-samples                         -                 member
POST   api-samples                         -                 prepare api sample
GET    api-sample                          sample            see sample
POST   api-sample-draw                     sample.prepared   draw sample
POST   api-sample-void                     sample.prepared   run sample
POST   api-sample-assign                   sample            run sample
POST   api-sample-close                    sample            close sample
POST   api-sample-pass_unsampled           sample            pass rest
POST   api-sample-export                   sample            see sample
GET    api-sample_item                     sample_item       see sample
POST   api-sample_item-result              sample_item       check sample
POST   api-sample_item-excuse              sample_item       excuse sample
POST   api-sample_item-return              sample_item       return sample
POST   api-target-documents                -                 batch
GET    api-target                          draft             see draft
GET    api-target                          returned          see filing
PUT    api-target                          draft             write
GET    api-target-alike                    draft             see draft
POST   api-target-copy                     draft             copy
POST   api-target-pdf                      sent              see filing
GET    api-target-xlsx                     sent              see filing
GET    api-target-excel                    draft             write
POST   api-target-excel                    draft             write
GET    api-adjustment                      project.approved  see project
POST   api-adjustment-request              project.approved  request report
POST   api-target-request                  reserve           request report
POST   api-adjustment-ask                  project.approved  ask exception
GET    api-unit-adjustment                 unit              see unit
POST   api-unit-adjustment-request         unit              request whole
POST   api-unit-adjustment-ask             unit              ask whole
POST   api-adjustment-decide               adjustment.exception decide adjustment
GET    api-home                            -                 member
GET    api-todo                            -                 member
GET    api-search                          -                 member
GET    api-project-dossier                 project           see project
GET    api-year-units                      -                 member
GET    api-unit-owed                       unit              see unit
GET    api-unit-stages                     unit              see unit
GET    api-unit-filings                    unit              see unit
GET    api-person-hand_over                person            see person
POST   api-person-hand_over                person            grant
GET    api-calendar                        -                 member
GET    api-ledger                          -                 member
GET    api-ledger-tasks                    -                 member
GET    api-ledger-units                    -                 member
GET    api-ledger-silent                   -                 leads
POST   api-ledger-export                   -                 member
GET    api-checkpoints                     task              see task
POST   api-checkpoints                     task              check task
"""
